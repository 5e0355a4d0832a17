extension SecretFilter {
    /// Hides the password of every `scheme://user:password@…`, also where the address as a whole is percent-encoded,
    /// or its slashes are escaped as JSON may do.
    static func hidePasswords(in bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard let (length, isEncoded) = schemeEnd(at: index, in: bytes), index > 0, bytes[index - 1].isWordByte
            else {
                output.append(bytes[index])
                index += 1
                continue
            }
            output += bytes[index..<index + length]
            index += length
            let address = AddressScan(bytes: bytes, start: index, isEncoded: isEncoded)
            guard let password = address.password else { continue }
            output += bytes[index..<password.lowerBound]
            output += stars
            index = password.upperBound
        }
        return output
    }

    private static func schemeEnd(at index: Int, in bytes: [UInt8]) -> (length: Int, isEncoded: Bool)? {
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
    /// Whether `%3A`, `%40` and `%2F` are the address's own `:`, `@` and `/`.
    let isEncoded: Bool

    /// How far an `@` is looked for that does not come in time: a text full of addresses must not cost its square.
    private static let reach = 512

    /// What stands between the user's colon and the `@` before the host.
    ///
    /// A password may hold what ends an address; so where no `@` comes in time and what follows the colon is no port,
    /// the `@` is looked for further on, and without one all of it is taken for a password that was cut.
    var password: Range<Int>? {
        let near = scan { $0.isBlankByte || Array("/?#\"'`<>".utf8).contains($0) }
        guard let colon = near.colon else { return nil }
        if let at = near.lastAt { return at >= colon ? nonEmpty(colon..<at) : nil }
        guard !isPort(bytes[colon..<near.end]) else { return nil }
        let word = scan(atMost: Self.reach) { $0.isBlankByte || $0 == UInt8(ascii: "\"") }
        if let at = word.lastAt { return colon..<at }
        let line = scan(atMost: Self.reach) { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\"") }
        if let at = line.firstAt { return colon..<at }
        return nonEmpty(colon..<near.end)
    }

    private func nonEmpty(_ range: Range<Int>) -> Range<Int>? {
        range.isEmpty ? nil : range
    }

    /// Goes to the first byte that ends the address. `colon` is behind the first colon that is not in brackets.
    private func scan(
        atMost limit: Int = .max, until ends: (UInt8) -> Bool
    ) -> (end: Int, colon: Int?, firstAt: Int?, lastAt: Int?) {
        let limit = min(bytes.count - start, limit) + start
        var index = start
        var colon: Int?
        var firstAt: Int?
        var lastAt: Int?
        var isInBrackets = false
        while index < limit {
            let (byte, length) = unit(at: index)
            if length == 1 || isEncoded, ends(byte) || isEncoded && byte == UInt8(ascii: "&") { break }
            if length == 2, byte == UInt8(ascii: "/"), ends(byte) { break }
            switch byte {
            case UInt8(ascii: "["): isInBrackets = index == start
            case UInt8(ascii: "]"): isInBrackets = false
            case UInt8(ascii: ":") where colon == nil && !isInBrackets: colon = index + length
            case UInt8(ascii: "@"):
                firstAt = firstAt ?? index
                lastAt = index
            default: break
            }
            index += length
        }
        return (index, colon, firstAt, lastAt)
    }

    /// The byte at an index, with what it is escaped with.
    private func unit(at index: Int) -> (byte: UInt8, length: Int) {
        if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { return (bytes[index + 1], 2) }
        guard let byte = bytes.percentByte(at: index) else { return (bytes[index], 1) }
        // A user's colon may be encoded in any address; other encoded characters are not the address's own.
        return isEncoded || byte == UInt8(ascii: ":") ? (byte, 3) : (UInt8(ascii: "%"), 3)
    }

    /// Digits, and behind them nothing that could go on with a password.
    private func isPort(_ bytes: ArraySlice<UInt8>) -> Bool {
        let digits = bytes.prefix { $0.isDigitByte }
        guard digits.count <= 5 else { return false }
        return digits.count == bytes.count || Array(",;.:)]}|\\&".utf8).contains(bytes[digits.endIndex])
    }
}
