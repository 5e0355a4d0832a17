extension SecretFilter {
    /// What is given to a name that is named like a secret: in an address's query, in pipeline text and graphs, in
    /// JSON, and in an `Authorization` header.
    static func parameters(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var ends: [ParameterScan.Ending: Range<Int>] = [:]
        var index = 0
        while index < bytes.count {
            if bytes.percentByte(at: index) != nil {
                index += 3
                continue
            }
            let name = bytes[index...].prefix { $0.isWordByte || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            guard !name.isEmpty else {
                index += 1
                continue
            }
            index = name.endIndex
            var parameter = ParameterScan(bytes: bytes, index: index, name: String(decoding: name, as: UTF8.self))
            // The next name is looked for in the value too: what goes on up to a quote may end with that quote's name.
            if let value = parameter.value(&ends) { found.append(value) }
        }
        return found
    }
}

/// What follows a name that may be a secret's.
private struct ParameterScan {
    /// What ends a value without quotes, besides a quote.
    enum Ending {
        case header, json, plain, encoded
    }

    let bytes: [UInt8]
    var index: Int
    let name: String

    /// Where the secret stands, if it is one.
    mutating func value(_ ends: inout [Ending: Range<Int>]) -> Range<Int>? {
        let isHeader = name.lowercased().hasSuffix("authorization")
        guard isHeader || SecretFilter.isSecret(name: name) else { return nil }
        let isQuoted = take("\\\"") || take("\"") || take("'")
        var ending: Ending
        if take("=") {
            ending = .plain
        } else if take("%3D") || take("%3d") {
            ending = .encoded
        } else {
            while isQuoted, take(" ") {}
            guard isQuoted || isHeader, take(":") else { return nil }
            while take(" ") {}
            ending = .json
        }
        if isHeader { ending = .header }
        skipType()
        for quote in ["\\\"", "\"", "'"] where take(quote) {
            return nonEmpty(index..<end(of: quote))
        }
        let end = bareEnd(ending, &ends)
        if ending == .json, bytes[index..<end].elementsEqual("null".utf8) { return nil }
        return nonEmpty(index..<end)
    }

    private mutating func take(_ form: String) -> Bool {
        guard bytes[index...].starts(with: form.utf8) else { return false }
        index += form.utf8.count
        return true
    }

    /// `(string)`, as GStreamer writes a value's type.
    private mutating func skipType() {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "(") else { return }
        let type = bytes[index...].dropFirst().prefix { $0.isWordByte }
        if type.endIndex < bytes.count, bytes[type.endIndex] == UInt8(ascii: ")") { index = type.endIndex + 1 }
    }

    /// Where the quote closes; the end of the text where it does not. A plain quote may be escaped within.
    private func end(of quote: String) -> Int {
        var position = index
        while position < bytes.count {
            if bytes[position...].starts(with: quote.utf8) { return position }
            let isEscape = quote.utf8.count == 1 && bytes[position] == UInt8(ascii: "\\")
            position += isEscape ? 2 : 1
        }
        return bytes.count
    }

    /// Where a value without quotes ends: at a quote, or at what ends it and is not escaped.
    ///
    /// - Parameter ends: where values ended that were looked at before, each from its start: the names in a value have
    ///   values that end where it does, and a text full of them must not cost its square.
    private func bareEnd(_ ending: Ending, _ ends: inout [Ending: Range<Int>]) -> Int {
        if let known = ends[ending], known.contains(index) { return known.upperBound }
        var position = index
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), !isMet(ending, at: position) {
            guard bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count else {
                position += 1
                continue
            }
            if bytes[position + 1] == UInt8(ascii: "\"") { break }
            position += 2
        }
        let end = min(position, bytes.count)
        ends[ending] = index..<end
        return end
    }

    private func isMet(_ ending: Ending, at position: Int) -> Bool {
        let byte = bytes[position]
        return switch ending {
        case .header: byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
        case .json: byte.isBlankByte || ",}]{[".utf8.contains(byte)
        case .plain: byte.isBlankByte || "&'<>".utf8.contains(byte)
        case .encoded: byte.isBlankByte || "&'<>".utf8.contains(byte) || endsEncoded(at: position)
        }
    }

    /// Whether the next parameter of an encoded address, or its fragment, begins here.
    private func endsEncoded(at position: Int) -> Bool {
        [UInt8(ascii: "&"), UInt8(ascii: "#")].contains(bytes.percentByte(at: position))
    }

    private func nonEmpty(_ range: Range<Int>) -> Range<Int>? {
        range.isEmpty ? nil : range
    }
}
