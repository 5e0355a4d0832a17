public import Frames

/// What is wrong with a weight file, or with what was asked of one.
public struct WeightError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure; open, so that a caller switches with a default.
    public struct Code: Hashable, Sendable {
        public let name: String

        /// A file that is not there or cannot be opened.
        public static let notFound = Code(name: "not-found")
        /// A file that failed while it was read.
        public static let unreadable = Code(name: "unreadable")
        /// A file that ends before its contents do.
        public static let truncated = Code(name: "truncated")
        /// A file that is no weight file, or a kind of one that is not read.
        public static let foreign = Code(name: "foreign")
        /// A pickle that asks for more than a dictionary of tensors needs.
        public static let refused = Code(name: "refused")
        /// A tensor that is missing, superfluous or not as it should be, or a description that contradicts the tensors.
        public static let misshapen = Code(name: "misshapen")
        /// A setting that cannot be used.
        public static let badSetting = Code(name: "bad-setting")
        /// A file that cannot be created.
        public static let cannotCreate = Code(name: "cannot-create")
        /// A file that failed while it was written.
        public static let unwritable = Code(name: "unwritable")
    }

    public let code: Code
    /// The file or the setting it is about.
    public let subject: String
    /// What was seen and what was expected, naming the tensor where there is one. One line, whatever the file holds.
    public let detail: String
    /// The system's own words, where there are any.
    public let underlying: String?

    public init(_ code: Code, subject: String, detail: String, underlying: String? = nil) {
        self.code = code
        self.subject = subject
        self.detail = detail.oneLine
        self.underlying = underlying
    }

    public var description: String {
        underlying.map { "\(subject): \(detail) (\($0))" } ?? "\(subject): \(detail)"
    }
}

extension FrameError {
    /// The same failure, as a stage reports it.
    public init(_ error: WeightError) {
        let code: Code =
            switch error.code {
            case .notFound: .notFound
            case .badSetting: .badSetting
            case .unreadable, .cannotCreate, .unwritable: .unavailable
            default: .badData
            }
        self.init(code, subject: error.subject, detail: error.detail, underlying: error.underlying)
    }
}

/// What is wrong with some bytes; the name of their file is added where it is known.
struct WeightDefect: Error {
    let code: WeightError.Code
    let detail: String

    init(_ code: WeightError.Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    func error(in subject: String) -> WeightError {
        WeightError(code, subject: subject, detail: detail)
    }
}
