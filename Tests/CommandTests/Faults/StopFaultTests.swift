import Daemon
import Foundation
import Glibc
import Testing

/// SIGTERM and SIGINT, whatever the streams are at.
@Suite("Ending the daemon in every state", .timeLimit(.minutes(3)), .serialized)
struct StopFaultTests {
    private static let recording = FaultDaemon.live + FaultDaemon.encoder + " ! mp4mux ! filesink location="
    /// Nothing ever comes.
    private static let silent =
        "udpsrc address=127.0.0.1 port=0 caps=application/x-rtp,media=video,encoding-name=H264,clock-rate=90000"
        + " ! rtph264depay ! avdec_h264 ! inpaint ! x264enc ! mp4mux ! filesink location="
    /// It holds its one frame for ten minutes.
    private static let stuck = "videotestsrc is-live=true ! inpaint ! identity sleep-time=600000000 ! fakesink"
    private static let refused = "rtspsrc location=rtsp://127.0.0.1:1/x ! decodebin ! inpaint ! fakesink"

    @Test(
        "streams that start, run, wait, failed, are stopped or drain: the daemon ends, status 0, nothing left",
        arguments: [SIGTERM, SIGINT])
    func everyState(signal: Int32) throws {
        try withFolder { folder in
            let daemon = try FaultDaemon(
                [
                    "starting": FaultDaemon.text(Self.silent + "starting.mp4", "start-timeout: 1h"),
                    "running": FaultDaemon.text(Self.recording + "running.mp4"),
                    "waiting": FaultDaemon.text(Self.refused),
                    "failed": FaultDaemon.text("videotestsrc ! inpaint mask=rect:1 ! fakesink"),
                    "idle": FaultDaemon.text(Self.recording + "idle.mp4", "autostart: false"),
                    "draining": FaultDaemon.text(Self.stuck, "stop-timeout: 3s, start-timeout: 1h"),
                    "over": FaultDaemon.text(
                        FaultDaemon.frames("videotestsrc num-buffers=10") + FaultDaemon.encoder
                            + " ! mp4mux ! filesink location=over.mp4"),
                ], in: folder)
            for line in [
                " running: running", " failed: failed", " waiting: retrying", " over: stopped", " starting: started",
                " draining: started",
            ] { try daemon.wait(for: line) }
            try daemon.control("stop", "draining")
            try daemon.wait(for: " draining: draining")

            let outcome = try daemon.end(by: signal)
            #expect(try probe("\(folder)/running.mp4") > 0)
            #expect(try probe("\(folder)/over.mp4") == 10)
            for name in ["starting.mp4", "idle.mp4"] {
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/\(name)"), "\(name)")
            }
            #expect(outcome.lines(of: "draining", "killed").count == 1, "\(outcome.errors)")
            #expect(outcome.lines(of: "starting", "killed", "fault").isEmpty, "\(outcome.errors)")
            #expect(outcome.lines(of: "failed", "fault").count == 1)
            #expect(outcome.lines(of: "idle", "started", "stopped").isEmpty)
        }
    }

    @Test("a second signal aborts at once; the workers complete their files all the same")
    func second() throws {
        try withFolder { folder in
            let daemon = try FaultDaemon(
                [
                    "good": FaultDaemon.text(Self.recording + "good.mp4"),
                    "stuck": FaultDaemon.text(Self.stuck, "stop-timeout: 3s, start-timeout: 1h"),
                ], in: folder)
            try daemon.wait(for: " good: running")
            try daemon.wait(for: " stuck: started")
            let workers = try daemon.program.children()
            daemon.program.send(SIGTERM)
            try daemon.wait(for: "ending every stream")
            daemon.program.send(SIGTERM)
            let outcome = try daemon.program.finish()
            #expect(outcome.exited && outcome.status == 128 + SIGTERM, "\(outcome.errors)")
            // A stream that is ending may have a last word while the daemon says so.
            #expect(outcome.errors.contains("aborted\n"), "\(outcome.errors)")
            #expect(becomes { !workers.contains(where: isRunning) })
            #expect(try probe("\(folder)/good.mp4") > 0)
        }
    }

    @Test("a signal as soon as the daemon can be seen, while it starts its streams")
    func early() throws {
        for delay: UInt32 in [0, 20_000, 100_000] {
            try withFolder { folder in
                let streams = (0..<8).map { ("s\($0)", FaultDaemon.text(Self.recording + "\($0).mp4")) }
                let daemon = try FaultDaemon(Dictionary(uniqueKeysWithValues: streams), in: folder)
                #expect(becomes { daemon.hasSocket })
                usleep(delay)
                try daemon.end()
                try expectCompleteFilms(in: folder, "\(delay) µs")
            }
        }
    }

    private func expectCompleteFilms(in folder: String, _ when: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) where name.hasSuffix(".mp4") {
            #expect(try probe("\(folder)/\(name)") > 0, "\(name), \(when)")
        }
    }

    @Test("a signal in the middle of reloads")
    func whileReloading() throws {
        try withFolder { folder in
            func streams(_ turn: Int) -> [String: String] {
                ["stays": FaultDaemon.text(Self.recording + "stays.mp4")].merging(
                    (0..<4).map { ("s\($0)", FaultDaemon.text(Self.recording + "\(turn)-\($0).mp4")) }
                ) { $1 }
            }
            let daemon = try FaultDaemon(streams(0), in: folder)
            for stream in ["stays", "s0", "s1", "s2", "s3"] { try daemon.wait(for: " \(stream): running") }
            for turn in 1...3 {
                try FaultDaemon.configure(streams(turn), in: folder)
                daemon.program.send(SIGHUP)
            }
            try daemon.wait(for: ": draining")
            let outcome = try daemon.end()
            try expectCompleteFilms(in: folder, "after reloads")
            #expect(!outcome.errors.contains(": killed"), "\(outcome.errors)")
            #expect(outcome.lines(of: "stays", "draining").count == 1)
        }
    }

    @Test("a burst of SIGHUPs, the file good and bad by turns: the last good one holds, the unchanged stream plays on")
    func burst() throws {
        try withFolder { folder in
            let sink = " ! fakesink sync=true"
            func streams(_ turn: Int) -> [String: String] {
                [
                    "stays": FaultDaemon.text(FaultDaemon.live + sink),
                    "changes": FaultDaemon.text(FaultDaemon.live + " ! identity name=turn\(turn)" + sink),
                ]
            }
            let daemon = try FaultDaemon(streams(0), in: folder)
            try daemon.wait(for: " stays: running")
            try daemon.wait(for: " changes: running")
            let stays = try daemon.worker(of: "stays")
            for turn in 1...10 {
                try FaultDaemon.configure(streams(turn), in: folder)
                daemon.program.send(SIGHUP)
                let bad = turn % 2 == 0 ? "nonsense: \(turn)" : "text: '"
                try FaultDaemon.configure(["stays": bad], in: folder)
                daemon.program.send(SIGHUP)
            }
            // What the burst ends with is bad for sure, and told.
            try daemon.wait(for: "nothing is changed")
            #expect(try daemon.worker(of: "stays") == stays)
            try FaultDaemon.configure(streams(99), in: folder)
            daemon.program.send(SIGHUP)
            #expect(
                try becomes {
                    let shown = try daemon.show("changes")
                    guard shown.state == .running else { return false }
                    // A worker that was there a moment ago may be another one now, which is still building.
                    let graph = try daemon.ask("graph", ["changes"])
                    return graph.status == 0 && String(decoding: graph.output, as: UTF8.self).contains("turn99")
                })
            #expect(try daemon.worker(of: "stays") == stays)
            let outcome = try daemon.end()
            #expect(outcome.lines(of: "stays", "started").count == 1)
            #expect(outcome.lines(of: "stays", "fault").isEmpty && outcome.lines(of: "changes", "fault").isEmpty)
        }
    }
}
