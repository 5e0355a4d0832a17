import Foundation

/// Another program at the other end of a pipeline: a player, a sender, a server.
struct Peer: Sendable {
    private let child: Child

    /// Starts a program; its standard input stays open and empty as long as this lives.
    init(_ words: [String], folder: String? = nil) throws {
        child = try Child(words, input: .open, folder: folder)
    }

    /// ffmpeg without questions and without chatter.
    static func ffmpeg(_ words: String...) throws -> Peer {
        try Peer(["ffmpeg", "-nostdin", "-y", "-v", "error"] + words)
    }

    /// Runs to the end, which must be a good one.
    @discardableResult
    static func run(_ words: [String]) throws -> Child.Outcome {
        let outcome = try Peer(words).finish()
        guard outcome.status == 0 else {
            throw Child.Timeout(description: "\(words.joined(separator: " ")): \(outcome.errors)")
        }
        return outcome
    }

    /// The first line that it writes.
    func firstLine() throws -> String {
        try child.wait("to say something") { !$0.lines.isEmpty }
        return String(child.heard.lines[0])
    }

    /// Waits for the end.
    func finish() throws -> Child.Outcome { try child.finish() }

    /// Ends it.
    func stop() { child.stop() }
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
    throw Child.Timeout(description: "no port is free")
}
