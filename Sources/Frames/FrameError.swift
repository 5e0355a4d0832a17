/// What went wrong in a stage: on what, what was seen, what was expected.
public struct FrameError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure; open, so that a caller switches with a default.
    public struct Code: Hashable, Sendable {
        public let name: String

        /// A file that is not there or cannot be opened.
        public static let notFound = Code(name: "not-found")
        /// A file that is there and is not what it should be.
        public static let badData = Code(name: "bad-data")
        /// A setting whose value cannot be used.
        public static let badSetting = Code(name: "bad-setting")
        /// A resource that could not be had, or a library that refused.
        public static let unavailable = Code(name: "unavailable")
    }

    public let code: Code
    /// The element, file, tensor or setting it is about.
    public let subject: String
    /// What was seen and what was expected, one line.
    public let detail: String
    /// A library's own words, where there are any.
    public let underlying: String?

    public init(_ code: Code, subject: String, detail: String, underlying: String? = nil) {
        self.code = code
        self.subject = subject
        self.detail = detail.withoutControls
        self.underlying = underlying
    }

    public var description: String {
        underlying.map { "\(subject): \(detail) (\($0))" } ?? "\(subject): \(detail)"
    }
}
