internal import HTTPTypes

/// Why a request is answered with an error: `{"error": {"code": …, "message": …}}`.
struct ControlFailure: Error, Hashable {
    var status: HTTPResponse.Status
    /// One of `ControlError`'s, or one of the protocol's own.
    var code: String
    /// One line.
    var message: String
    /// The methods that the path has.
    var allowed: [String] = []

    init(_ status: HTTPResponse.Status, code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    init(_ error: ControlError) {
        let status: HTTPResponse.Status =
            switch error.code {
            case .notFound: .notFound
            case .conflict: .conflict
            case .refused: .forbidden
            case .badRequest: .badRequest
            case .unavailable: .serviceUnavailable
            }
        self.init(status, code: error.code.rawValue, error.message)
    }

    static let unknownPath = ControlFailure(ControlError(.notFound, "there is nothing at this path"))

    static func wrongMethod(allowed: [String]) -> ControlFailure {
        var failure = ControlFailure(
            .methodNotAllowed, code: "method-not-allowed",
            "this path takes \(allowed.joined(separator: ", ")) only")
        failure.allowed = allowed
        return failure
    }

    static func tooLarge(limit: Int) -> ControlFailure {
        ControlFailure(.contentTooLarge, code: "too-large", "the body is larger than \(limit) bytes")
    }
}
