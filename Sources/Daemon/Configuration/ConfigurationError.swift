internal import Frames

/// Why a configuration cannot be used: everything that is wrong with it, in the order of the file.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// `FILE:LINE:COLUMN`, both counted from one, or the environment variable.
        public let place: String
        /// What was seen and what was expected, one line. Nothing in it comes from the environment.
        public let detail: String

        public init(place: String, detail: String) {
            self.place = place
            // Names that the file gives, of knobs and streams and variables, may hold anything.
            self.detail = detail.withoutControls
        }

        public var description: String { "\(place): \(detail)" }
    }

    /// At least one.
    public let problems: [Problem]

    public init(_ problems: [Problem]) {
        precondition(!problems.isEmpty, "an error without a problem")
        self.problems = problems
    }

    public init(place: String, detail: String) {
        self.init([Problem(place: place, detail: detail)])
    }

    /// A line a problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
