internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore

/// What a reload did.
public struct ReloadDocument: Codable, Sendable {
    /// The names of the streams that changed.
    public let changed: [String]
}

extension Response {
    private struct ErrorDocument: Encodable {
        struct Words: Encodable {
            let code: String
            let message: String
        }

        let error: Words
    }

    static func text(_ text: String, type: String = "text/plain; charset=utf-8") -> Response {
        Response(status: .ok, type: type, bytes: Array(text.utf8))
    }

    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        Response(status: status, type: "application/json", bytes: JSONText.encode(value) + [UInt8(ascii: "\n")])
    }

    static func failure(_ failure: ControlFailure) -> Response {
        let words = ErrorDocument.Words(code: failure.code, message: failure.message)
        var response = json(ErrorDocument(error: words), status: HTTPResponse.Status(code: failure.status))
        if !failure.allowed.isEmpty { response.headers[.allow] = failure.allowed.joined(separator: ", ") }
        return response
    }

    init(status: HTTPResponse.Status, type: String, bytes: [UInt8]) {
        self.init(
            status: status, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
