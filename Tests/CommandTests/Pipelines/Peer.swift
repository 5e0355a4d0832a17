import Foundation
import Synchronization

/// Another program at the other end of a pipeline: a player, a sender, a server.
final class Peer: Sendable {
    struct Outcome {
        let status: Int32
        let output: Data
        let errors: String
    }

    private struct Heard {
        var output = Data()
        var errors = Data()
        var open = 2
    }

    private let name: String
    // Sendable because Process is told only to start, here, and asked for its number and its end.
    private let process = Process()
    private let input = Pipe()
    private let heard = Mutex(Heard())
    /// Signalled with every piece heard, and with the end of each stream.
    private let news = DispatchSemaphore(value: 0)

    /// Starts a program; its standard input stays open and empty as long as this lives.
    init(_ words: [String], folder: String? = nil) throws {
        name = words[0]
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        let (out, err) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = out
        process.standardError = err
        try process.run()
        listen(to: out) { $0.output.append($1) }
        listen(to: err) { $0.errors.append($1) }
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// ffmpeg without questions and without chatter.
    static func ffmpeg(_ words: String...) throws -> Peer {
        try Peer(["ffmpeg", "-nostdin", "-y", "-v", "error"] + words)
    }

    /// Runs to the end, which must be a good one.
    @discardableResult
    static func run(_ words: [String]) throws -> Outcome {
        let outcome = try Peer(words).finish()
        guard outcome.status == 0 else {
            throw Program.Timeout(description: "\(words.joined(separator: " ")): \(outcome.errors)")
        }
        return outcome
    }

    /// The first line that it writes.
    func firstLine() throws -> String {
        try wait("to say something") { $0.output.contains(UInt8(ascii: "\n")) }
        return heard.withLock { String(decoding: $0.output.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self) }
    }

    /// Waits for the end.
    func finish() throws -> Outcome {
        try wait("to end") { $0.open == 0 }
        process.waitUntilExit()
        return heard.withLock { heard in
            Outcome(
                status: process.terminationStatus, output: heard.output,
                errors: String(decoding: heard.errors, as: UTF8.self))
        }
    }

    /// Ends it.
    func stop() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    private func wait(_ purpose: String, until isDone: (Heard) -> Bool) throws {
        let deadline = DispatchTime.now() + Program.patience
        while !heard.withLock({ isDone($0) }) {
            let isOver = heard.withLock { $0.open == 0 }
            guard !isOver, news.wait(timeout: deadline) == .success else {
                let errors = heard.withLock { String(decoding: $0.errors, as: UTF8.self) }
                stop()
                throw Program.Timeout(description: "waited for \(name) \(purpose) in vain; it said: \(errors)")
            }
        }
    }

    private func listen(to pipe: Pipe, _ take: @escaping @Sendable (inout Heard, Data) -> Void) {
        let handle = pipe.fileHandleForReading
        // A queue of its own: a shared one may wait for threads that wait for this.
        DispatchQueue(label: "peer").async { [heard = SharedHeard(self), news] in
            while true {
                let data = handle.availableData
                heard.peer?.heard.withLock { heard in
                    if data.isEmpty { heard.open -= 1 } else { take(&heard, data) }
                }
                news.signal()
                if data.isEmpty { return }
            }
        }
    }

    /// A peer that nobody needs any more is not kept by those who listen to it.
    private final class SharedHeard: Sendable {
        // Sendable because a weak reference is read atomically.
        nonisolated(unsafe) weak var peer: Peer?
        init(_ peer: Peer) { self.peer = peer }
    }
}

/// A port of 127.0.0.1 that is even, and free with the one after it, for TCP and for UDP.
func freePortPair() throws -> Int {
    for _ in 0..<1000 {
        let port = 2 * Int.random(in: 10_000..<16_000)
        let isFree = [port, port + 1].allSatisfy { port in
            [SOCK_STREAM, SOCK_DGRAM].allSatisfy { kind in
                let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
                defer { close(descriptor) }
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = in_port_t(port).bigEndian
                return withUnsafePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                } == 0
            }
        }
        if isFree { return port }
    }
    throw Program.Timeout(description: "no port is free")
}
