public import Foundation
internal import Glibc

/// A plain socket to the server, for requests that no decent client would make.
public final class Caller {
    public struct Answer {
        public var status = 0
        public var headers: [String: String] = [:]
        public var body = ""
        /// The body as it came.
        public var data = Data()
    }

    public struct Hung: Error {}

    public let descriptor: Int32
    private var received = Data()

    /// To a Unix socket.
    public convenience init(_ path: String) throws {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        try self.init(AF_UNIX) { descriptor in
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
        }
    }

    /// To a port of 127.0.0.1.
    public convenience init(port: Int) throws {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        try self.init(AF_INET) { descriptor in
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    private init(_ family: Int32, connect: (Int32) -> Int32) throws {
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        // Far more than anything here takes, so that only what hangs meets it.
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        guard connect(descriptor) == 0 else {
            let code = errno
            close(descriptor)
            throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO)
        }
    }

    deinit { close(descriptor) }

    /// How much could be sent before the other side went away.
    @discardableResult
    public func send(_ text: String) -> Int { send(Array(text.utf8)) }

    @discardableResult
    public func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { break }
            sent += count
        }
        return sent
    }

    public func ask(
        _ method: String, _ target: String, body: String? = nil, headers: [String: String] = [:]
    ) throws -> Answer {
        try ask(method, target, data: body.map { Data($0.utf8) }, headers: headers)
    }

    public func ask(
        _ method: String, _ target: String, data: Data?, headers: [String: String] = [:]
    ) throws -> Answer {
        var head = "\(method) \(target) HTTP/1.1\r\n"
        for (name, value) in headers.merging(["Host": "localhost"], uniquingKeysWith: { first, _ in first }) {
            head += "\(name): \(value)\r\n"
        }
        if let data { head += "Content-Length: \(data.count)\r\n" }
        send(Array((head + "\r\n").utf8) + (data.map(Array.init) ?? []))
        return try answer()
    }

    /// Reads an answer whose length is given.
    public func answer() throws -> Answer {
        var answer = Answer()
        let head = try read(until: "\r\n\r\n").components(separatedBy: "\r\n")
        answer.status = Int(head[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        for line in head.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            answer.headers[line[..<colon].lowercased()] = line[colon...].dropFirst().trimmingCharacters(
                in: .whitespaces)
        }
        let length = Int(answer.headers["content-length"] ?? "") ?? 0
        while received.count < length {
            guard try fill() else { throw Hung() }
        }
        answer.data = received.prefix(length)
        answer.body = String(decoding: answer.data, as: UTF8.self)
        received = Data(received.dropFirst(length))
        return answer
    }

    /// Everything up to an end, which is taken too.
    public func read(until end: String) throws -> String {
        while true {
            if let range = received.range(of: Data(end.utf8)) {
                defer { received = Data(received[range.upperBound...]) }
                return String(decoding: received[..<range.lowerBound], as: UTF8.self)
            }
            guard try fill() else { throw Hung() }
        }
    }

    /// Waits until the other side closes.
    public func end() throws {
        while try fill() {}
    }

    /// False at the end; a reset is one.
    private func fill() throws -> Bool {
        var part = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &part, part.count, 0)
        if count < 0 && errno != ECONNRESET { throw Hung() }
        received += part[..<max(0, count)]
        return count > 0
    }
}
