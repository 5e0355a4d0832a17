import Daemon
import Foundation
import Glibc
import Testing

/// SIGKILL and SIGSTOP, to workers and to the daemon.
@Suite("Killed and stopped processes", .timeLimit(.minutes(3)), .serialized)
struct KillFaultTests {
    private static let recording =
        FaultDaemon.live + FaultDaemon.encoder.replacingOccurrences(of: "key-int-max=25", with: "key-int-max=10")

    @Test(
        "a worker that is killed while it records loses a fragment at most, and its successor touches nothing of that",
        arguments: [("a.mkv", "matroskamux"), ("a.mp4", "mp4mux fragment-duration=400")])
    func recording(name: String, muxer: String) throws {
        try withFolder { folder in
            let text = Self.recording + " ! \(muxer) ! filesink location=\(name) buffer-mode=unbuffered"
            func recordings() throws -> [String] {
                try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("a.") }.sorted()
            }
            let daemon = try FaultDaemon(["a": FaultDaemon.text(text)], in: folder)
            try daemon.wait(for: "frames-out", of: "a", toReach: 60)
            let (worker, left) = (try daemon.worker(of: "a"), try daemon.show("a").total("frames-out"))
            kill(worker, SIGKILL)
            try daemon.wait(for: " a: running", times: 2)
            let moved = try #require(try recordings().first { $0 != name })
            // A fragment, and what the encoder holds.
            let recorded = try probe("\(folder)/\(moved)")
            #expect(recorded >= Int(left) - 20, "of \(left)")
            var outcome = try daemon.end()
            #expect(outcome.lines(of: "a", "fault").count == 1, "\(outcome.errors)")
            #expect(outcome.count(of: "fault: crash: killed by signal 9") == 1)
            #expect(outcome.count(of: " a: kept: \(name) of before is ") == 1, "\(outcome.errors)")

            // So does a daemon that is started anew.
            let next = try FaultDaemon(["a": FaultDaemon.text(text)], in: folder)
            try next.wait(for: " a: running")
            outcome = try next.end()
            let all = try recordings()
            #expect(all.count == 3, "\(all)")
            for recording in all { #expect(try probe("\(folder)/\(recording)") > 0, "\(recording)") }
        }
    }

    @Test("a daemon that is killed leaves no worker, whatever they are at, and another one can begin at once")
    func killedDaemon() throws {
        try withFolder { folder in
            let limits = "stop-timeout: 2s, start-timeout: 1h, stall-timeout: 1h"
            let streams = [
                "running": FaultDaemon.text(Self.recording + " ! mp4mux ! filesink location=running.mp4", limits),
                "starting": FaultDaemon.text(
                    "udpsrc address=127.0.0.1 port=0 caps=\"video/x-raw,format=GRAY8,width=64,height=48,framerate=25/1\""
                        + " ! inpaint ! fakesink", limits),
                "stuck": FaultDaemon.text(
                    "videotestsrc is-live=true ! inpaint ! identity sleep-time=600000000 ! fakesink", limits),
                "frozen": FaultDaemon.text(Self.recording + " ! matroskamux ! filesink location=frozen.mkv", limits),
                "draining": FaultDaemon.text(
                    "videotestsrc is-live=true ! inpaint ! identity sleep-time=500000000 ! fakesink", limits),
            ]
            let daemon = try FaultDaemon(streams, in: folder)
            for stream in ["starting", "stuck", "draining"] { try daemon.wait(for: " \(stream): started") }
            for stream in ["running", "frozen"] { try daemon.wait(for: " \(stream): running") }
            let workers = try daemon.program.children()
            #expect(workers.count == 5)
            kill(try daemon.worker(of: "frozen"), SIGSTOP)
            try daemon.control("stop", "draining")
            daemon.program.send(SIGKILL)
            #expect(becomes { !isRunning(daemon.program.identifier) })

            // The next one does not wait for them: its streams get what is theirs.
            let next = try FaultDaemon(
                ["running": streams["running"] ?? "", "other": FaultDaemon.text(FaultDaemon.live + " ! fakesink")],
                in: folder)
            try next.wait(for: " running: running")
            try next.wait(for: " other: running")
            #expect(becomes { !workers.contains(where: isRunning) }, "a worker is left")
            _ = try daemon.program.finish()
            try next.end()
            let recordings = try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasPrefix("running.") }
            #expect(recordings.count == 2, "\(recordings)")
            for recording in recordings { #expect(try probe("\(folder)/\(recording)") > 0, "\(recording)") }
        }
    }

    @Test("a worker that is frozen is a stall; it is killed and its stream played again, and no other one notices")
    func frozen() throws {
        try withFolder { folder in
            let daemon = try FaultDaemon(
                [
                    "a": FaultDaemon.text(
                        Self.recording + " ! matroskamux ! filesink location=a.mkv buffer-mode=unbuffered",
                        "stall-timeout: 1s, stop-timeout: 1s"),
                    "b": FaultDaemon.text(FaultDaemon.live + " ! fakesink"),
                ], in: folder)
            try daemon.wait(for: " b: running")
            try daemon.wait(for: "frames-out", of: "a", toReach: 30)
            let (a, b) = (try daemon.worker(of: "a"), try daemon.worker(of: "b"))
            kill(a, SIGSTOP)
            try daemon.wait(for: " a: killed: it did not end within 1 s")
            try daemon.wait(for: " a: running", times: 2)
            #expect(!isRunning(a))
            #expect(try daemon.worker(of: "b") == b)
            #expect(try daemon.show("a").restarts == ["stall": 1])
            let outcome = try daemon.end()
            #expect(outcome.lines(of: "a", "fault").count == 1, "\(outcome.errors)")
            #expect(outcome.count(of: " a: fault: stall: no frame for 1 s") == 1)
            let recordings = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("a.") }
            #expect(recordings.count == 2, "\(recordings)")
            for recording in recordings { #expect(try probe("\(folder)/\(recording)") > 0, "\(recording)") }
        }
    }

    @Test("a worker that is frozen for a moment goes on, with every frame that had come in")
    func thawed() throws {
        try withFolder { folder in
            let daemon = try FaultDaemon(
                [
                    "a": FaultDaemon.text(
                        Self.recording + " ! matroskamux ! filesink location=a.mkv", "stall-timeout: 1min")
                ], in: folder)
            try daemon.wait(for: "frames-out", of: "a", toReach: 10)
            let worker = try daemon.worker(of: "a")
            kill(worker, SIGSTOP)
            let before = try daemon.show("a").total("frames-out")
            usleep(1_500_000)
            kill(worker, SIGCONT)
            try daemon.wait(for: "frames-out", of: "a", toReach: before + 30)
            try daemon.control("stop", "a")
            try daemon.wait(for: " a: stopped")
            let shown = try daemon.show("a")
            #expect(shown.total("frames-in") == shown.total("frames-out"))
            let outcome = try daemon.end()
            #expect(outcome.lines(of: "a", "fault", "killed").isEmpty, "\(outcome.errors)")
            #expect(try probe("\(folder)/a.mkv") == Int(shown.total("frames-out")))
        }
    }

    @Test("a daemon that was frozen itself, as with its machine, blames no stream for it")
    func frozenDaemon() throws {
        try withFolder { folder in
            let daemon = try FaultDaemon(
                ["a": FaultDaemon.text(FaultDaemon.live + " ! fakesink", "stall-timeout: 1s")], in: folder)
            try daemon.wait(for: " a: running")
            let worker = try daemon.worker(of: "a")
            daemon.program.send(SIGSTOP)
            // Longer than a stall, and than a tick may be late.
            usleep(4_000_000)
            daemon.program.send(SIGCONT)
            try daemon.wait(for: "frames-out", of: "a", toReach: try daemon.show("a").total("frames-out") + 50)
            #expect(try daemon.worker(of: "a") == worker)
            let outcome = try daemon.end()
            #expect(outcome.lines(of: "a", "fault").isEmpty, "\(outcome.errors)")
        }
    }
}
