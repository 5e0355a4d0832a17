internal import FoundationEssentials
internal import Glibc
internal import Synchronization

/// One end of the socket between a supervisor and a worker: a line of JSON for every value, both ways.
///
/// Ownership: the channel owns its descriptor, keeps it from programs that the process starts, and closes it when the
/// channel goes. One thread receives; any thread may send, and lines are never mixed.
public final class WorkerChannel<Outgoing: Encodable & Sendable, Incoming: Decodable & Sendable>: Sendable {
    private let descriptor: Int32
    private let lines: Mutex<LineBuffer>
    private let isOpen: Mutex<Bool>

    /// Takes over one end of a Unix stream socket pair.
    public init(descriptor: Int32) {
        self.descriptor = descriptor
        lines = Mutex(LineBuffer())
        isOpen = Mutex(true)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var patience = timeval(tv_sec: WorkerChannelLimits.secondsUntilDeaf, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        Glibc.close(descriptor)
    }

    /// Sends one value; false where the other side is gone, or has stopped to read for so long that it counts as gone.
    @discardableResult
    public func send(_ value: Outgoing) -> Bool {
        var line: Data
        do {
            line = try JSONEncoder().encode(value)
        } catch {
            preconditionFailure("what is said between supervisor and worker can be written as JSON: \(error)")
        }
        line.append(UInt8(ascii: "\n"))
        return isOpen.withLock { isOpen in
            guard isOpen else { return false }
            // A line that went out by halves leaves nothing behind it readable.
            isOpen = line.withUnsafeBytes { write(all: $0) }
            return isOpen
        }
    }

    /// Waits for the next value; nil when the other side is gone. A line that it left unfinished is dropped.
    ///
    /// Throws: `WorkerChannelError` for a line that is no such value, after which the next can be received, and for one
    /// that is too long, after which none can.
    public func receive() throws(WorkerChannelError) -> Incoming? {
        guard
            let line = try lines.withLock({ (lines) throws(WorkerChannelError) in
                while true {
                    if let line = try lines.next() { return line }
                    guard lines.fill(from: descriptor) else { return Data?.none }
                }
            })
        else { return nil }
        do {
            return try JSONDecoder().decode(Incoming.self, from: line)
        } catch {
            // Not what the decoder says: it may quote the line, and that may hold passwords.
            throw WorkerChannelError(detail: "a line of \(line.count) bytes is no \(Incoming.self)")
        }
    }

    /// Ends both directions: the other side and a thread that waits here see the end.
    public func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    private func write(all bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.send(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, Int32(MSG_NOSIGNAL)
            )
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}

/// What came over a worker's channel and cannot be understood.
public struct WorkerChannelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was seen and what was expected.
    public let detail: String

    public var description: String { "worker channel: \(detail)" }
}

enum WorkerChannelLimits {
    /// The longest line that is taken. Units: bytes.
    static let lineBytes = 1 << 20
    /// How long a full socket is waited for.
    static let secondsUntilDeaf = 5
}

/// Bytes as they come, and the lines in them.
struct LineBuffer {
    private var bytes: [UInt8] = []
    /// How far `bytes` is known to hold no end of a line.
    private var searched = 0
    private var isEnded = false

    /// Takes out the first whole line, without its end; nil where there is none yet.
    ///
    /// Throws: `WorkerChannelError` where what has come is too long for a line; the rest is never looked at.
    mutating func next() throws(WorkerChannelError) -> Data? {
        let end = bytes[searched...].firstIndex(of: UInt8(ascii: "\n"))
        guard (end ?? bytes.count) <= WorkerChannelLimits.lineBytes else {
            bytes = []
            searched = 0
            isEnded = true
            throw WorkerChannelError(detail: "a line is longer than \(WorkerChannelLimits.lineBytes) bytes")
        }
        guard let end else {
            searched = bytes.count
            return nil
        }
        defer {
            bytes.removeSubrange(...end)
            searched = 0
        }
        return Data(bytes[..<end])
    }

    /// Waits for more bytes; false at the end.
    mutating func fill(from descriptor: Int32) -> Bool {
        guard !isEnded else { return false }
        let most = 64 << 10
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: most))
        var count: Int
        repeat {
            count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress.map { $0 + start }, most) }
        } while count < 0 && errno == EINTR
        bytes.removeLast(most - max(0, count))
        // A peer that went without reading everything shows as an error; it is gone all the same.
        isEnded = count <= 0
        return !isEnded
    }
}
