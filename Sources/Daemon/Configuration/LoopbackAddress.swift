/// An address of this machine for itself, and a TCP port: `127.0.0.1:9080`, `[::1]:9080`, `localhost:9080`.
public struct LoopbackAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without brackets.
    public let host: String
    /// From 1 to 65535; 0 where any will do.
    public let port: Int

    /// What text it is read from, in words.
    static let expected = "a loopback address with a port, such as 127.0.0.1:9080, [::1]:9080 or localhost:9080"

    /// Nil for text that is no such address, or an address that others can reach.
    public init?(_ text: String) {
        self.init(text, ports: 1...65535)
    }

    /// The same, and port 0 for one that is free.
    public init?(withAnyPort text: String) {
        self.init(text, ports: 0...65535)
    }

    private init?(_ text: String, ports: ClosedRange<Int>) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[colon...].dropFirst()
        guard (1...5).contains(digits.count), digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
            let port = Int(digits), ports.contains(port)
        else { return nil }
        let host = text[..<colon]
        if host == "[::1]" {
            self.host = "::1"
        } else if host == "localhost" || Self.isLoopback(host) {
            self.host = String(host)
        } else {
            return nil
        }
        self.port = port
    }

    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// Four decimal numbers, the first of them 127. Other spellings of an address mean different things to different
    /// libraries.
    private static func isLoopback(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                guard let number = UInt8(part) else { return false }
                return "\(number)" == part
            }
    }
}
