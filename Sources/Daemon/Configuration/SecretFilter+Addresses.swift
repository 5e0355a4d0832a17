extension SecretFilter {
    /// The password of every `scheme://user:password@…`, also where the address as a whole is percent-encoded, or its
    /// slashes are escaped as JSON may do.
    static func passwords(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var index = 0
        while index < bytes.count {
            guard let (length, isEncoded) = schemeEnd(at: index, in: bytes), index > 0, bytes[index - 1].isWordByte
            else {
                index += 1
                continue
            }
            index += length
            let address = AddressScan(bytes: bytes, start: index, isEncoded: isEncoded)
            guard let password = address.password else { continue }
            found.append(password)
            index = password.upperBound
        }
        return found
    }

    /// The length of a `://` at an index, in one of its spellings.
    fileprivate static func schemeEnd(at index: Int, in bytes: [UInt8]) -> (length: Int, isEncoded: Bool)? {
        guard bytes[index] == UInt8(ascii: ":") || bytes[index] == UInt8(ascii: "%") else { return nil }
        for (form, isEncoded) in [("://", false), (":\\/\\/", false), ("%3a%2f%2f", true), ("%3A%2F%2F", true)]
        where bytes[index...].starts(with: form.utf8) {
            return (form.utf8.count, isEncoded)
        }
        return nil
    }
}

/// The part of an address that follows `scheme://`.
private struct AddressScan {
    let bytes: [UInt8]
    let start: Int
    /// Whether `%3A` and `%40` are the address's own `:` and `@`.
    let isEncoded: Bool

    /// How far an `@` is looked for: a text full of addresses must not cost its square.
    private static let reach = 512

    /// What stands between the user's colon and the `@` before the host.
    ///
    /// A password may hold what ends a host, `@` included, though it should not: so all up to the last `@` of the word
    /// is taken, unless a port follows the colon. Where the word has none, a blank may be part of the password, or it
    /// was cut short.
    var password: Range<Int>? {
        let host = scan { $0.isBlankByte || Array("/?#\"'`<>".utf8).contains($0) }
        guard let colon = host.colon else { return nil }
        let word = scan { $0.isBlankByte || $0 == UInt8(ascii: "\"") }
        if let at = word.lastAt, at >= colon {
            return isPort(from: colon, before: "/?#") ? nil : nonEmpty(colon..<at)
        }
        if isPort(from: colon, before: "/?#,;.:)]}|\\&\"'<>` \t\r\n") { return nil }
        let line = scan { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\"") }
        if let at = line.lastAt, at >= colon { return colon..<at }
        return nonEmpty(colon..<max(colon, host.end))
    }

    private func nonEmpty(_ range: Range<Int>) -> Range<Int>? {
        range.isEmpty ? nil : range
    }

    /// One to five digits, and behind them the end or one of some bytes.
    private func isPort(from index: Int, before enders: String) -> Bool {
        let digits = bytes[index...].prefix { $0.isDigitByte }
        guard (1...5).contains(digits.count) else { return false }
        guard digits.endIndex < bytes.count else { return true }
        let ender = isEncoded ? unit(at: digits.endIndex).byte : bytes[digits.endIndex]
        return enders.utf8.contains(ender) || SecretFilter.schemeEnd(at: digits.endIndex, in: bytes) != nil
    }

    /// Goes to what ends a part of the address, or to the next address. `colon` is behind the first colon that is not
    /// in brackets.
    private func scan(until ends: (UInt8) -> Bool) -> (end: Int, colon: Int?, lastAt: Int?) {
        let limit = min(bytes.count, start + Self.reach)
        var index = start
        var colon: Int?
        var lastAt: Int?
        var isInBrackets = false
        while index < limit, SecretFilter.schemeEnd(at: index, in: bytes) == nil {
            let (byte, length) = unit(at: index)
            let isEscaped = length == 2 && byte != UInt8(ascii: "/")
            if !isEscaped, ends(byte) || isEncoded && byte == UInt8(ascii: "&") { break }
            switch byte {
            case UInt8(ascii: "["): isInBrackets = index == start
            case UInt8(ascii: "]"): isInBrackets = false
            case UInt8(ascii: ":") where colon == nil && !isInBrackets: colon = index + length
            case UInt8(ascii: "@"): lastAt = index
            default: break
            }
            index += length
        }
        return (index, colon, lastAt)
    }

    /// The byte at an index, with what it is escaped with.
    private func unit(at index: Int) -> (byte: UInt8, length: Int) {
        if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { return (bytes[index + 1], 2) }
        guard let byte = bytes.percentByte(at: index) else { return (bytes[index], 1) }
        // A user's colon may be encoded in any address; other encoded characters are not the address's own.
        return isEncoded || byte == UInt8(ascii: ":") ? (byte, 3) : (UInt8(ascii: "%"), 3)
    }
}
