/// Why a request is answered with an error: `{"error": {"code": …, "message": …}}`.
package struct ControlFailure: Error, Hashable {
    /// HTTP's.
    package var status: Int
    /// One of `ControlError`'s, or one of the protocol's own.
    var code: String
    /// One line.
    var message: String
    /// The methods that the path has.
    package var allowed: [String] = []

    init(_ status: Int, code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    init(_ error: ControlError) {
        let status =
            switch error.code {
            case .notFound: 404
            case .conflict: 409
            case .refused: 403
            case .badRequest: 400
            case .unavailable: 503
            }
        self.init(status, code: error.code.rawValue, error.message)
    }

    static let unknownPath = ControlFailure(ControlError(.notFound, "there is nothing at this path"))

    static func wrongMethod(allowed: [String]) -> ControlFailure {
        var failure = ControlFailure(
            405, code: "method-not-allowed",
            "this path takes \(allowed.joined(separator: ", ")) only")
        failure.allowed = allowed
        return failure
    }

    static func tooLarge(limit: Int) -> ControlFailure {
        ControlFailure(413, code: "too-large", "the body is larger than \(limit) bytes")
    }
}
