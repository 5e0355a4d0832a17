import ControlFixtures
import Daemon
import Foundation
import Testing

/// What a caller does wrong or out of spite hurts nobody else.
@Suite(.timeLimit(.minutes(1))) struct ControlAbuseTests {
    /// Limits that are met within a test.
    private static var impatient: ControlLimits {
        var limits = ControlLimits()
        limits.patience = .seconds(2)
        return limits
    }

    @Test("a body that is too large is refused, and the server goes on")
    func largeBody() async throws {
        try await ServerRig.run { rig throws in
            let caller = try rig.caller()
            #expect(try caller.ask("PUT", "/streams/a", body: String(repeating: " ", count: 65537)).status == 413)
            #expect(try caller.ask("GET", "/livez").status == 200, "the connection goes on")

            let spiteful = try rig.caller()
            spiteful.send("PUT /streams/a HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n")
            let piece = [UInt8](repeating: 32, count: 1 << 20)
            for _ in 0..<100 where spiteful.send(piece) < piece.count { break }
            #expect(try spiteful.answer().status == 413)
            #expect(try rig.ask("GET", "/livez").status == 200)
        }
    }

    @Test("what is no HTTP is refused, and the server goes on")
    func nonsense() async throws {
        try await ServerRig.run { rig throws in
            let cases = [
                "nonsense\r\n\r\n", "GET\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                "GET /livez HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}",
                "PUT /streams/a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET /livez HTTP/1.1\r\nA: " + String(repeating: "a", count: 20000) + "\r\n\r\n",
                "GET /livez HTTP/1.1\r\n" + String(repeating: "A: b\r\n", count: 200) + "\r\n",
                "GET /" + String(repeating: "a", count: 200_000) + " HTTP/1.1\r\n\r\n",
            ]
            for text in cases {
                let caller = try rig.caller()
                caller.send(text)
                shutdown(caller.descriptor, Int32(SHUT_WR))
                try caller.end()
                #expect(try rig.ask("GET", "/livez").status == 200, "after \(text.prefix(40))")
            }
            // Addresses that are taken apart before a route is looked for.
            for target in ["http://a", "http://a:", "http://a:1", "http://", "://", "?", "*", "a:b", "/%", "/%00"] {
                #expect(try [400, 404].contains(rig.ask("GET", target).status), "\(target)")
            }
            #expect(try rig.ask("GET", "/livez?").status == 200)
        }
    }

    @Test("a caller who sends by halves is cut off, and holds nobody up")
    func halves() async throws {
        try await ServerRig.run(limits: Self.impatient) { rig throws in
            let starts = [
                "", "GET /live", "GET /livez HTTP/1.1\r\nHost: x\r\n",
                "PUT /streams/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"pipel",
            ]
            let callers = try starts.map { start in
                let caller = try rig.caller()
                caller.send(start)
                return caller
            }
            #expect(try rig.ask("GET", "/livez").status == 200)
            for caller in callers { try caller.end() }
        }
    }

    @Test("a caller who never reads is cut off")
    func deaf() async throws {
        let streams = (0..<400).map { StreamStatus(name: "a-stream-with-a-long-name-\($0)", state: .stopped) }
        try await ServerRig.run(streams, limits: Self.impatient) { rig throws in
            let caller = try rig.caller()
            // Far more answers than socket buffers hold; each is some 500 kB.
            for _ in 0..<20 { caller.send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n") }
            var waiting = pollfd(fd: caller.descriptor, events: 0, revents: 0)
            #expect(poll(&waiting, 1, 20_000) == 1)
            #expect(waiting.revents & Int16(POLLHUP) != 0)
            #expect(try rig.ask("GET", "/livez").status == 200)
        }
    }

    @Test("so many connections are served at a time, more are closed, and room is made again")
    func connections() async throws {
        var limits = ControlLimits()
        limits.connections = 8
        try await ServerRig.run(limits: limits) { [limits] rig throws in
            let served = try (0..<limits.connections).map { _ in try rig.caller() }
            for caller in served { #expect(try caller.ask("GET", "/livez").status == 200) }
            for _ in 0..<1000 {
                // A socket whose queue is full refuses; that is as good.
                guard let caller = try? rig.caller() else { continue }
                try caller.end()
            }
            for caller in served { #expect(try caller.ask("GET", "/livez").status == 200) }
            for caller in served { shutdown(caller.descriptor, Int32(SHUT_RDWR)) }
            var isServed = false
            let deadline = ContinuousClock.now + .seconds(20)
            // The server hears of the ends one by one.
            while !isServed && ContinuousClock.now < deadline {
                isServed = (try? rig.ask("GET", "/livez").status) == 200
            }
            #expect(isServed)
        }
    }

    @Test("two thousand connections at once leave the daemon alone, and no descriptor behind")
    func crowd() async throws {
        try await ServerRig.run { rig throws in
            let before = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            for _ in 0..<4 {
                let crowd = (0..<500).map { _ in try? rig.caller() }
                _ = crowd.count
            }
            #expect(try rig.ask("GET", "/livez").status == 200)
            let after = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            // Other tests run beside this one, and the server hears of the last ends a moment later.
            #expect(after < before + 200)
        }
    }
}
