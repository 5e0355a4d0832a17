extension SecretFilter {
    /// What is given to a name that is named like a secret: in an address's query, in pipeline text and graphs, in
    /// JSON, and in an `Authorization` header.
    static func parameters(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
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
            guard let value = parameter.value() else { continue }
            found.append(value)
            index = value.upperBound
        }
        return found
    }
}

/// What follows a name that may be a secret's.
private struct ParameterScan {
    let bytes: [UInt8]
    var index: Int
    let name: String

    /// Where the secret stands, if it is one.
    mutating func value() -> Range<Int>? {
        let isHeader = name.lowercased().hasSuffix("authorization")
        guard isHeader || SecretFilter.isSecret(name: name) else { return nil }
        let isQuoted = take("\\\"") || take("\"") || take("'")
        let isEncoded: Bool
        let isJSON: Bool
        if take("=") {
            (isEncoded, isJSON) = (false, false)
        } else if take("%3D") || take("%3d") {
            (isEncoded, isJSON) = (true, false)
        } else {
            while isQuoted, take(" ") {}
            guard isQuoted || isHeader, take(":") else { return nil }
            while take(" ") {}
            (isEncoded, isJSON) = (false, true)
        }
        skipType()
        for quote in ["\\\"", "\"", "'"] where take(quote) {
            return nonEmpty(index..<end(of: quote))
        }
        if isHeader {
            return nonEmpty(index..<bareEnd { [UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains(bytes[$0]) })
        }
        if isJSON {
            let end = bareEnd { bytes[$0].isBlankByte || Array(",}]{[".utf8).contains(bytes[$0]) }
            return bytes[index..<end].elementsEqual("null".utf8) ? nil : nonEmpty(index..<end)
        }
        let end = bareEnd {
            bytes[$0].isBlankByte || Array("&'<>".utf8).contains(bytes[$0]) || isEncoded && endsEncoded(at: $0)
        }
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

    /// Where a value without quotes ends: at a quote, or at what `ends` it and is not escaped.
    private func bareEnd(where ends: (_ position: Int) -> Bool) -> Int {
        var position = index
        while position < bytes.count, bytes[position] != UInt8(ascii: "\""), !ends(position) {
            guard bytes[position] == UInt8(ascii: "\\"), position + 1 < bytes.count else {
                position += 1
                continue
            }
            if bytes[position + 1] == UInt8(ascii: "\"") { break }
            position += 2
        }
        return min(position, bytes.count)
    }

    /// Whether the next parameter of an encoded address, or its fragment, begins here.
    private func endsEncoded(at position: Int) -> Bool {
        [UInt8(ascii: "&"), UInt8(ascii: "#")].contains(bytes.percentByte(at: position))
    }

    private func nonEmpty(_ range: Range<Int>) -> Range<Int>? {
        range.isEmpty ? nil : range
    }
}
