internal import Glibc

/// A numeric address of this machine, and a TCP port: `0.0.0.0:8554`, `[::]:8554`, `localhost:8554`.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// Without brackets.
    public let host: String
    /// From 1 to 65535.
    public let port: Int

    /// What text it is read from, in words.
    static let expected = "a numeric address with a port, such as 127.0.0.1:8554, 0.0.0.0:8554 or [::]:8554"

    /// Nil for text that is no such address.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[colon...].dropFirst()
        guard (1...5).contains(digits.count), digits.utf8.allSatisfy(\.isDigitByte), let port = Int(digits),
            (1...65535).contains(port)
        else { return nil }
        let host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]"), Self.isNumeric(String(host.dropFirst().dropLast()), AF_INET6) {
            self.host = String(host.dropFirst().dropLast())
        } else if host == "localhost" || Self.isNumeric(host, AF_INET) {
            self.host = host
        } else {
            return nil
        }
        self.port = port
    }

    public var description: String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    private static func isNumeric(_ host: String, _ family: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(family, host, &bytes) == 1
    }
}
