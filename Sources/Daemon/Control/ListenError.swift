/// Why the daemon cannot be listened to at an address.
public struct ListenError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// Another daemon answers there.
        case alreadyRunning
        /// No address that the daemon listens on.
        case badAddress
        case cannotCreate
    }

    public let code: Code
    /// The socket's path, or the address.
    public let subject: String
    /// What was seen and what was expected.
    public let detail: String

    public init(_ code: Code, subject: String, detail: String) {
        self.code = code
        self.subject = subject
        self.detail = detail
    }

    public var description: String { "\(subject): \(detail)" }
}
