internal import HTTPTypes
internal import HummingbirdCore
internal import NIOCore
internal import NIOHTTP1

/// Answers what the page for drawing asks, and nobody else.
struct DrawResponder: HTTPResponder {
    /// What can be asked below the token.
    private enum Question: String {
        case page = "GET "
        case start = "GET start"
        case still = "GET still"
        case newStill = "POST still"
        case mask = "POST mask"
        case fill = "POST fill"
        case save = "POST save"
    }

    /// Longer than any expression the parser takes. Units: bytes.
    private static let longestText = 64 << 10

    let board: any DrawingBoard
    let token: String
    let port: Int
    let limits: ControlLimits
    /// Called once an answer that says that a mask is saved was written.
    let saved: (@Sendable () -> Void)?

    func respond(
        to request: Request, from side: ControlListener.Side, deadline: ConnectionDeadline
    ) async throws -> Response {
        var response: Response
        do {
            response = try await answer(to: request, deadline)
        } catch let failure as ControlFailure {
            response = .failure(failure)
        } catch let error as ControlError {
            response = .failure(ControlFailure(error))
        } catch is NIOTooManyBytesError {
            response = .failure(.tooLarge(limit: limits.body))
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.crossOriginResourcePolicy] = "same-origin"
        for (name, value) in [("Referrer-Policy", "no-referrer"), ("Cross-Origin-Opener-Policy", "same-origin")] {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        return response
    }

    private func answer(to request: Request, _ deadline: ConnectionDeadline) async throws -> Response {
        let host = (request.head.authority ?? "").lowercased()
        // A page's own name for this address is refused before its path is looked at.
        guard let address = LoopbackAddress(host) ?? LoopbackAddress("\(host):80"), address.port == port else {
            throw ControlFailure(ControlError(.refused, "the Host header does not name this server"))
        }
        let question = try question(of: request)
        if request.method != .get, request.headers[.origin]?.lowercased() != "http://\(host)" {
            throw ControlFailure(
                ControlError(.refused, "only the page itself may ask this: the Origin header is another"))
        }
        let body = Array(try await request.body.collect(upTo: limits.body).readableBytesView)
        deadline.stop()
        switch question {
        case .page:
            return page()
        case .start:
            return .json(board.start)
        case .still:
            return .picture(await board.still())
        case .newStill:
            return .picture(try await board.newStill(frame: try frame(body)))
        case .mask:
            return .picture(try await board.mask(of: try text(body)))
        case .fill:
            return .picture(try await board.fill(try drawing(request, body)))
        case .save:
            return saved(try await board.save(try drawing(request, body)))
        }
    }

    /// Throws: `ControlFailure` for everything outside of the token, and for what is not asked here.
    private func question(of request: Request) throws(ControlFailure) -> Question {
        let path = Array((request.head.path ?? "").utf8)
        let prefix = Array("/\(token)/".utf8)
        guard path.count >= prefix.count,
            // As long for a wrong token, wherever it differs.
            zip(path, prefix).reduce(UInt8(0), { $0 | ($1.0 ^ $1.1) }) == 0
        else { throw .unknownPath }
        let rest = String(decoding: path[prefix.count...], as: UTF8.self)
        if let question = Question(rawValue: "\(request.method.rawValue) \(rest)") { return question }
        let methods = ["GET", "POST"].filter { Question(rawValue: "\($0) \(rest)") != nil }
        throw methods.isEmpty ? .unknownPath : .wrongMethod(allowed: methods)
    }

    private func page() -> Response {
        let nonce = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        var response = Response.text(DrawPage.text(nonce: nonce), type: "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] = DrawPage.policy(nonce: nonce)
        return response
    }

    private func saved(_ words: String) -> Response {
        let answer = Response.json(["saved": words])
        return Response(
            status: answer.status, headers: answer.headers,
            body: ResponseBody(contentLength: answer.body.contentLength) { [saved] writer in
                // A caller who has read all of it may be gone before the writing of it is over, which then fails.
                defer { saved?() }
                try await answer.body.write(writer)
            })
    }

    // MARK: Bodies

    private func frame(_ body: [UInt8]) throws(ControlError) -> Int? {
        guard !body.isEmpty else { return nil }
        let words = String(decoding: body.prefix(20), as: UTF8.self)
        guard let number = Int(words), (1...Self.lastFrame).contains(number) else {
            throw ControlError(.badRequest, "frame \(words.quoted): expected 1 to \(Self.lastFrame)")
        }
        return number
    }

    private static let lastFrame = 1_000_000

    private func text(_ body: [UInt8]) throws(ControlFailure) -> String {
        guard body.count <= Self.longestText else { throw .tooLarge(limit: Self.longestText) }
        guard let text = String(validating: body, as: UTF8.self) else {
            throw ControlFailure(ControlError(.badRequest, "the expression is not UTF-8 text"))
        }
        return text
    }

    private func drawing(_ request: Request, _ body: [UInt8]) throws(ControlFailure) -> Drawing {
        let type = request.headers[.contentType] ?? ""
        if type == "image/png" { return .picture(body) }
        guard type.hasPrefix("text/plain") else {
            throw ControlFailure(ControlError(.badRequest, "the body is neither text/plain nor image/png"))
        }
        return .expression(try text(body))
    }
}

extension Response {
    fileprivate static func picture(_ bytes: [UInt8]) -> Response {
        Response(status: .ok, type: "image/png", bytes: bytes)
    }
}
