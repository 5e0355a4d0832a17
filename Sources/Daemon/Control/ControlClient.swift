internal import FoundationEssentials
internal import Glibc

/// Asks a daemon over its Unix socket. It blocks, and is not for Swift's cooperative threads.
public struct ControlClient: Sendable {
    private struct ErrorDocument: Decodable {
        struct Words: Decodable {
            let code: String
            let message: String
        }

        let error: Words
    }

    /// How long a daemon may say nothing: longer than most streams take to drain. Units: seconds.
    private static let patience = 120

    /// The socket's path.
    private let socket: String

    public init(socket: String) {
        self.socket = socket
    }

    /// Asks, and waits for the whole answer.
    ///
    /// Throws: `ControlError`, the daemon's or one with the code `unavailable` where none answers.
    public func send(_ route: ControlRoute, body: [UInt8] = []) throws(ControlError) -> [UInt8] {
        var answer: [UInt8] = []
        try exchange(route, body: body) {
            answer += $0
            return true
        }
        return answer
    }

    /// Follows events until the daemon ends, or the taker returns false.
    ///
    /// Throws: `ControlError`.
    public func follow(stream: String?, _ take: (EventNews) -> Bool) throws(ControlError) {
        var rest: [UInt8] = []
        var isMissed = false
        try exchange(.events(stream: stream), body: []) { part throws(ControlError) in
            rest += part
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest.removeSubrange(...end)
                if line.hasPrefix("event: ") { isMissed = line == "event: missed" }
                guard line.hasPrefix("data: ") else { continue }
                defer { isMissed = false }
                let news = try EventNews(data: String(line.dropFirst("data: ".count)), isMissed: isMissed)
                guard take(news) else { return false }
            }
            return true
        }
    }

    /// The body of a request to add a stream.
    public static func body(pipeline: String, knobs: [String: String]) -> [UInt8] {
        struct Document: Encodable {
            let pipeline: String
            let knobs: [String: String]
        }
        return JSONText.encode(Document(pipeline: pipeline, knobs: knobs))
    }

    /// The body of a request to set a property.
    public static func body(value: String) -> [UInt8] { JSONText.encode(value) }

    /// Asks, and reads the answer until its end or until the taker has enough.
    private func exchange(
        _ route: ControlRoute, body: [UInt8], _ take: ([UInt8]) throws(ControlError) -> Bool
    ) throws(ControlError) {
        let descriptor = try connected()
        defer { close(descriptor) }
        let head = """
            \(route.method) \(route.target) HTTP/1.1\r
            Host: localhost\r
            Connection: close\r
            Content-Length: \(body.count)\r
            \r

            """
        try write(Array(head.utf8) + body, to: descriptor)
        var reader = AnswerReader(descriptor: descriptor)
        let status = try reader.readStatus()
        if (200..<300).contains(status) || (route == .ready && status == 503) {
            while let part = try reader.next(), try take(part) {}
        } else {
            var answer: [UInt8] = []
            while let part = try reader.next() { answer += part }
            throw Self.error(status: status, answer)
        }
    }

    private func connected() throws(ControlError) -> Int32 {
        guard var address = UnixAddress(socket) else {
            throw ControlError(.badRequest, "\(socket): no path of a Unix socket")
        }
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: Self.patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        guard descriptor >= 0,
            setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size) == 0,
            setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size) == 0,
            address.withPointer({ connect(descriptor, $0, $1) }) == 0
        else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw ControlError(.unavailable, "no daemon answers at \(socket): \(reason)")
        }
        return descriptor
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) throws(ControlError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw ControlError(.unavailable, "no daemon answers at \(socket): \(String(cString: strerror(errno)))")
            }
            rest = rest.dropFirst(count)
        }
    }

    private static func error(status: Int, _ answer: [UInt8]) -> ControlError {
        // try? because an answer that is no error document is told by its status.
        guard let words = try? JSONDecoder().decode(ErrorDocument.self, from: Data(answer)).error else {
            return ControlError(.unavailable, "the daemon answers with HTTP status \(status)")
        }
        return ControlError(ControlError.Code(rawValue: words.code) ?? .badRequest, words.message)
    }
}
