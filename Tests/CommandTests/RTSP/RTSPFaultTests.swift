import ControlFixtures
import Daemon
import Foundation
import Testing

/// What clients and sources do to an RTSP server, and what becomes of it.
@Suite("rtspserversink and faults", .serialized, .timeLimit(.minutes(3)))
struct RTSPFaultTests {
    @Test("a client that is killed and two that are stopped go in the end, and nobody else notices")
    func lostClients() throws {
        // Over TCP a stopped client shows only once what the system keeps for it is full: within seconds here.
        let server = try RTSPServerProgram(
            "videotestsrc is-live=true pattern=snow ! video/x-raw,width=160,height=120,framerate=25/1"
                + " ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=4000 key-int-max=25 ! h264parse",
            sink: "timeout=8")
        let good = try Player.endless(server.address)
        try good.wait(forFrames: 5)
        let alone = try server.opened
        let killed = try Player.endless(server.address)
        let stopped = try Player.Transport.allCases.map { try Player.endless(server.address, $0) }
        for player in [killed] + stopped { try player.wait(forFrames: 5) }
        #expect(try server.opened > alone + 15)
        killed.kill(SIGKILL)
        for player in stopped { player.kill(SIGSTOP) }
        let before = good.frames
        try server.waitUntilAlone(with: alone)
        #expect(good.frames > before)
        try good.wait(forFrames: good.frames + 50)
        let outcome = try Player.frames(5, of: server.address)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        good.kill(SIGKILL)
        #expect(try good.finish().errors.isEmpty)
        for player in stopped { player.kill(SIGKILL) }
        try server.waitUntilAlone()
        #expect(try server.end().status == 0)
    }

    @Test("a client that does not read costs no memory without end")
    func memory() throws {
        let server = try RTSPServerProgram(
            "videotestsrc is-live=true pattern=snow ! video/x-raw,width=640,height=480,framerate=25/1"
                + " ! x264enc tune=zerolatency speed-preset=ultrafast bitrate=20000 key-int-max=25 ! h264parse")
        let stopped = try Player.endless(server.address)
        try stopped.wait(forFrames: 3)
        stopped.kill(SIGSTOP)
        // At 20 Mbit/s, what may wait for it is full within four seconds.
        let good = try Player.endless(server.address)
        try good.wait(forFrames: 150)
        let full = try residentMemory(of: server.program.identifier)
        try good.wait(forFrames: 300)
        let later = try residentMemory(of: server.program.identifier)
        #expect(later < full + 6 << 20, "\(full) bytes, then \(later)")
        stopped.kill(SIGKILL)
        good.kill(SIGKILL)
        #expect(try server.end().status == 0)
    }

    @Test("SIGTERM with clients connected ends them and the program at once", arguments: Player.Transport.allCases)
    func end(transport: Player.Transport) throws {
        let server = try RTSPServerProgram()
        let players = try (0..<3).map { _ in try Player.endless(server.address, transport) }
        for player in players { try player.wait(forFrames: 5) }
        let begin = ContinuousClock.now
        let outcome = try server.end()
        #expect(outcome.exited && outcome.status == 0, "\(outcome.errors)")
        #expect(ContinuousClock.now - begin < .seconds(20))
        // Each saw the end of a stream, not a broken one.
        for player in players {
            let outcome = try player.finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }

    @Test("nothing of GStreamer is left over after clients that came and went, and one that is there at the end")
    func leaks() throws {
        let server = try RTSPServerProgram(
            environment: ["GST_TRACERS": "leaks", "GST_DEBUG": "GST_TRACER:7,leaks:5", "GST_DEBUG_NO_COLOR": "1"])
        for transport in Player.Transport.allCases {
            #expect(try Player.frames(3, of: server.address, transport).status == 0)
        }
        _ = try RTSPCaller(port: server.port).ask("DESCRIBE \(server.address)")
        #expect(try Player.frames(1, of: server.address + "/nothing").status != 0)
        let last = try Player.endless(server.address)
        try last.wait(forFrames: 5)
        let outcome = try server.end()
        #expect(outcome.status == 0)
        #expect(outcome.errors.contains("object-alive.class"), "the tracer was there")
        let alive = outcome.errors.split(separator: "\n").filter {
            $0.contains("object-alive, type-name=(string)") && !$0.contains("new format")
        }
        #expect(alive.isEmpty, "\(alive.joined(separator: "\n"))")
        _ = try last.finish()
    }

    @Test("a source that changes its size ends those who play, and who comes then sees the new one")
    func resized() throws {
        let port = try freePort()
        let worker = try WorkerProgram(
            text:
                "videotestsrc is-live=true ! capsfilter name=size caps=video/x-raw,width=160,height=120,framerate=25/1"
                + " ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse"
                + " ! rtspserversink address=127.0.0.1 port=\(port)")
        _ = try worker.wait(for: "its start") { $0.first { if case .started = $0 { true } else { false } } }
        let address = "rtsp://127.0.0.1:\(port)/live"
        let before = try Player.endless(address)
        try before.wait(forFrames: 5)
        #expect(try Player.frames(2, of: address).column(2).first == 160)
        #expect(try worker.set("caps", "video/x-raw,width=320,height=240,framerate=25/1", of: "size") == nil)
        _ = try before.finish()
        #expect(try Player.frames(2, of: address).column(2).first == 320)
        worker.send(.drain)
        #expect(try worker.finish().status == 0)
    }

    @Test("connections that say nothing, or never end what they say, do no harm")
    func loiterers() throws {
        let server = try RTSPServerProgram(sink: "max-clients=8")
        let silent = try (0..<60).map { _ in try RTSPCaller(port: server.port) }
        for (index, caller) in silent.enumerated() where index % 2 == 0 { caller.send("DESCRIBE rtsp://x/live RT") }
        #expect(try server.opened < server.descriptors + 50)
        #expect(try Player.frames(3, of: server.address).status == 0)
        // They have gone again after their time.
        try server.waitUntilAlone()
        #expect(try Player.frames(3, of: server.address).status == 0)
        #expect(silent.allSatisfy { $0.receive().isEmpty })
        #expect(try server.end().status == 0)
    }
}

/// The memory a process has in use. Units: bytes.
private func residentMemory(of process: pid_t) throws -> Int {
    let text = try String(contentsOfFile: "/proc/\(process)/statm", encoding: .utf8)
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
}
