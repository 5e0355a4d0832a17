/// Puts `***` for every password in a text that is to be shown: a log line, an event, JSON, a graph.
///
/// Hidden are the password of an address (`rtsp://user:***@host`), whatever follows a name that is named like a secret
/// (`?token=***`, `user-pw="***"`, `"password":"***"`), and the values it was told of. When in doubt it hides too much.
public struct SecretFilter: Sendable {
    /// The values to hide, as they may be spelt, the longest first.
    private let hidden: [[UInt8]]

    /// Values of up to three bytes are hidden where they stand as a word of their own, longer ones everywhere.
    public init(hiding values: [String]) {
        let spellings = Set(values.flatMap(Self.spellings).filter { !$0.isEmpty })
        hidden = spellings.sorted { ($1.count, $0.lexicalKey) < ($0.count, $1.lexicalKey) }
    }

    public func callAsFunction(_ text: String) -> String {
        let bytes = hideValues(in: Array(text.utf8))
        let ranges = Self.passwords(in: bytes) + Self.parameters(in: bytes)
        return String(decoding: Self.hide(ranges, of: bytes), as: UTF8.self)
    }

    /// What is hidden of a text without being told of: passwords of addresses, and what names give away.
    package static func secrets(in text: String) -> [String] {
        let bytes = Array(text.utf8)
        return (passwords(in: bytes) + parameters(in: bytes)).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    /// - Parameter ranges: in any order, and one may overlap another.
    private static func hide(_ ranges: [Range<Int>], of bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > index {
            if range.lowerBound >= index {
                output += bytes[index..<range.lowerBound]
                output += stars
            }
            index = range.upperBound
        }
        return output + bytes[index...]
    }

    /// Whether what has this name is a secret, going by its last word.
    package static func isSecret(name: String) -> Bool {
        let name = name.lowercased()
        let words: Set<Substring> = [
            "auth", "credential", "credentials", "key", "passphrase", "passwd", "password", "pw", "pwd", "secret",
            "sig", "signature", "streamid", "token",
        ]
        guard let last = name.split(whereSeparator: { "-_".contains($0) }).last else { return false }
        return words.contains(last)
            || ["passphrase", "passwd", "password", "secret", "token"].contains(where: last.hasSuffix)
            || ["accesskey", "apikey", "authkey", "secretkey", "streamkey"].contains(last)
    }

    private func hideValues(in bytes: [UInt8]) -> [UInt8] {
        guard !hidden.isEmpty else { return bytes }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if let value = hidden.first(where: { stands($0, at: index, in: bytes) }) {
                output += Self.stars
                index += value.count
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return output
    }

    private func stands(_ value: [UInt8], at index: Int, in bytes: [UInt8]) -> Bool {
        guard bytes[index] == value[0], bytes[index...].starts(with: value) else { return false }
        let end = index + value.count
        return value.count > 3
            || !(index > 0 && bytes[index - 1].isWordByte) && !(end < bytes.count && bytes[end].isWordByte)
    }

    static let stars = Array("***".utf8)
}

// MARK: - Spellings

extension SecretFilter {
    /// A value as it is, as addresses spell it, as JSON does, and as GStreamer writes it into text.
    private static func spellings(of value: String) -> [[UInt8]] {
        let plain = Array(value.utf8)
        return [
            plain, percentDecoded(plain), percentEncoded(plain, digits: "0123456789ABCDEF"),
            percentEncoded(plain, digits: "0123456789abcdef"),
            escaped(plain) { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") },
            escaped(plain) { [UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/")].contains($0) },
            escaped(plain) { !$0.isWordByte && !Array("_-+/:.".utf8).contains($0) },
        ]
    }

    private static func escaped(_ bytes: [UInt8], where needs: (UInt8) -> Bool) -> [UInt8] {
        bytes.flatMap { needs($0) ? [UInt8(ascii: "\\"), $0] : [$0] }
    }

    private static func percentEncoded(_ bytes: [UInt8], digits: String) -> [UInt8] {
        let digits = Array(digits.utf8)
        return bytes.flatMap { byte in
            byte.isWordByte || Array("-._~".utf8).contains(byte)
                ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static func percentDecoded(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let byte = bytes.percentByte(at: index)
            output.append(byte ?? bytes[index])
            index += byte == nil ? 1 : 3
        }
        return output
    }
}

extension [UInt8] {
    /// The byte that `%XX` at an index stands for.
    func percentByte(at index: Int) -> UInt8? {
        guard index + 2 < count, self[index] == UInt8(ascii: "%") else { return nil }
        return UInt8(String(decoding: self[index + 1...index + 2], as: UTF8.self), radix: 16)
    }

    fileprivate var lexicalKey: String { String(decoding: self, as: UTF8.self) }
}

extension UInt8 {
    /// A letter, a digit, or part of a character beyond ASCII.
    var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
            true
        default: false
        }
    }

    var isDigitByte: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// White space and control characters.
    var isBlankByte: Bool { self <= 0x20 || self == 0x7f }
}
