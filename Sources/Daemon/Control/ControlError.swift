/// Why the daemon does not do what it is asked.
public struct ControlError: Error, Codable, Hashable, Sendable {
    public enum Code: String, Codable, CaseIterable, Hashable, Sendable {
        /// There is no stream, element or property of that name.
        case notFound = "not-found"
        /// It does not go together with how things are: a name that is taken, a stream that does not play.
        case conflict
        /// The configuration does not allow it.
        case refused
        case badRequest = "bad-request"
        /// It cannot be done now; later it may.
        case unavailable
    }

    public var code: Code
    /// One line: what was asked, what was seen, what was expected.
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
