internal import Glibc

/// Reads the answer to an HTTP request from a blocking socket.
struct AnswerReader {
    private enum Framing {
        case chunks
        /// So many bytes are left.
        case length(Int)
        case end
    }

    /// More than any answer's head or chunk line here. Units: bytes.
    private static let longestLine = 64 << 10
    private static let mostFields = 100

    private let descriptor: Int32
    private var bytes: [UInt8] = []
    private var framing = Framing.end

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Reads the head; the parts of the body follow.
    ///
    /// Throws: `ControlError`.
    mutating func readStatus() throws(ControlError) -> Int {
        let words = try readLine().split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else {
            throw Self.strange
        }
        framing = status == 204 ? .length(0) : .end
        for _ in 0...Self.mostFields {
            let line = try readLine()
            if line.isEmpty { return status }
            guard let colon = line.firstIndex(of: ":") else { throw Self.strange }
            let value = line[colon...].dropFirst().drop { $0 == " " }
            switch line[..<colon].lowercased() {
            case "content-length":
                guard let length = Int(value), length >= 0 else { throw Self.strange }
                framing = .length(length)
            case "transfer-encoding" where value.lowercased() == "chunked":
                framing = .chunks
            default: break
            }
        }
        throw Self.strange
    }

    /// The next piece of the body; nil at its end.
    ///
    /// Throws: `ControlError`.
    mutating func next() throws(ControlError) -> [UInt8]? {
        switch framing {
        case .chunks:
            // Events are told until the daemon ends, or is ended: that is where they stop.
            if bytes.isEmpty, try !fill() {
                framing = .length(0)
                return nil
            }
            guard let length = Int(try readLine().prefix { $0 != ";" }, radix: 16), length >= 0 else {
                throw Self.strange
            }
            let chunk = try read(length)
            guard try readLine().isEmpty else { throw Self.strange }
            if length == 0 { framing = .length(0) }
            return length == 0 ? nil : chunk
        case .length(0):
            return nil
        case .length(let length):
            framing = .length(0)
            return try read(length)
        case .end:
            defer { bytes = [] }
            if !bytes.isEmpty { return bytes }
            return try fill() ? bytes : nil
        }
    }

    private mutating func readLine() throws(ControlError) -> String {
        while true {
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                defer { bytes.removeSubrange(...end) }
                let line = bytes[..<end]
                return String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
            }
            guard bytes.count < Self.longestLine, try fill() else { throw Self.strange }
        }
    }

    private mutating func read(_ count: Int) throws(ControlError) -> [UInt8] {
        while bytes.count < count {
            guard try fill() else { throw Self.strange }
        }
        defer { bytes.removeFirst(count) }
        return Array(bytes[..<count])
    }

    /// Waits for more bytes; false at the end.
    private mutating func fill() throws(ControlError) -> Bool {
        var part = [UInt8](repeating: 0, count: 16 << 10)
        var count: Int
        repeat { count = recv(descriptor, &part, part.count, 0) } while count < 0 && errno == EINTR
        guard count >= 0 else {
            let reason = errno == EAGAIN ? "it said nothing for too long" : String(cString: strerror(errno))
            throw ControlError(.unavailable, "the daemon's answer broke off: \(reason)")
        }
        bytes += part[..<count]
        return count > 0
    }

    private static let strange = ControlError(.unavailable, "the daemon's answer broke off, or is no HTTP")
}
