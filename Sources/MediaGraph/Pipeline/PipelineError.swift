internal import Frames

/// Why a pipeline could not be read, built or played: on what, what was seen, what was expected.
public struct PipelineError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure; open, so that a caller switches with a default.
    public struct Code: Hashable, Sendable {
        public let name: String

        public init(name: String) {
            self.name = name
        }

        /// The pipeline text, a knob, or a property's value.
        public static let badText = Code(name: "bad-text")
        /// A setting of an element whose value cannot be used.
        public static let badSetting = Code(name: "bad-setting")
        /// A stream or file that is there and is not what it should be.
        public static let badData = Code(name: "bad-data")
        /// An element or a file that the pipeline may not use.
        public static let notAllowed = Code(name: "not-allowed")
        /// An input that is not there or cannot be opened.
        public static let notFound = Code(name: "not-found")
        /// An element, codec, device or server that is not to be had.
        public static let unavailable = Code(name: "unavailable")
        /// An output that cannot be created.
        public static let cannotCreate = Code(name: "cannot-create")
        /// Reading or writing that failed on the way.
        public static let inputOutput = Code(name: "input-output")
    }

    /// What has to be mended before it can go well.
    public enum Cause: Sendable {
        /// The text, a setting, or what is installed: it fails again until that is changed.
        case pipeline
        /// What the pipeline reads from cannot be reached, refused, or broke off.
        case source
        /// What came cannot be decoded or repaired.
        case data
        /// What the pipeline writes to.
        case output
        /// Something else in an element.
        case element
    }

    public let code: Code
    public let cause: Cause
    /// The file with line and column, the element, or the output it is about.
    public let subject: String
    /// What was seen and what was expected, one line.
    public let detail: String
    /// GStreamer's further words, where there are any.
    public let underlying: String?
    /// Where in GStreamer's source it was said: for developers.
    public let origin: String?

    public init(
        _ code: Code, subject: String, detail: String, underlying: String? = nil, origin: String? = nil,
        cause: Cause? = nil
    ) {
        self.code = code
        self.cause = cause ?? code.usualCause
        self.subject = subject
        self.detail = detail.withoutControls
        self.underlying = underlying
        self.origin = origin
    }

    /// The same error, with a cause that its place or time tells.
    package func with(cause: Cause) -> PipelineError {
        PipelineError(code, subject: subject, detail: detail, underlying: underlying, origin: origin, cause: cause)
    }

    public var description: String {
        underlying.map { "\(subject): \(detail) (\($0))" } ?? "\(subject): \(detail)"
    }
}

extension PipelineError.Code {
    /// What lies behind an error that no element posted.
    fileprivate var usualCause: PipelineError.Cause {
        switch self {
        case .notFound: .source
        case .badData: .data
        case .cannotCreate, .inputOutput: .output
        default: .pipeline
        }
    }
}
