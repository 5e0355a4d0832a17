import Foundation
import Testing

/// `inpaintd serve` with its workers as they are: real processes, killed and stopped.
@Suite(.serialized) struct ServeTests {
    private static let live =
        "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=25/1 ! inpaint mask=rect:8,8,16,8"

    /// Starts a daemon with these streams; its socket lies in the folder.
    private func serve(
        _ streams: String, in folder: String, environment: [String: String] = [:]
    ) throws -> Program {
        try configure(streams, in: folder)
        let daemon = try Program(["serve", "--config", "\(folder)/c.yaml"], environment: environment)
        return daemon
    }

    private func configure(_ streams: String, in folder: String) throws {
        let text = "control: {socket: \(folder)/run/control.sock}\nstreams:\n\(streams)"
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/c.yaml"))
    }

    private func stream(_ name: String, _ text: String, _ more: String = "") -> String {
        "  \(name):\n    text: >-\n      \(text)\n\(more)"
    }

    /// Whether a process is there and has not ended; one that nobody has waited for yet has.
    private func isRunning(_ process: pid_t) -> Bool {
        // try? because the file of a process that is gone is gone too.
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return status.split(separator: ")").last?.trimmingCharacters(in: .whitespaces).first != "Z"
    }

    @Test("SIGTERM lets every stream out to its end and completes its file")
    func drained() throws {
        try withFolder { folder in
            let recording = " ! x264enc tune=zerolatency ! h264parse ! mp4mux ! filesink location="
            let daemon = try serve(
                stream("a", Self.live + recording + "\(folder)/a.mp4")
                    + stream("b", Self.live + recording + "\(folder)/b.mp4"), in: folder)
            try daemon.wait(for: "a: running")
            try daemon.wait(for: "b: running")
            daemon.send(SIGTERM)
            let outcome = try daemon.finish()
            #expect(outcome.exited && outcome.status == 0, "\(outcome.errors)")
            #expect(try probe("\(folder)/a.mp4") > 0)
            #expect(try probe("\(folder)/b.mp4") > 0)
            #expect(outcome.errors.contains("a: stopped") && outcome.errors.contains("b: stopped"))
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/run/control.sock"))
        }
    }

    @Test("a worker that is killed is started again, and the other stream does not notice")
    func killedWorker() throws {
        try withFolder { folder in
            let sink = " ! fakesink sync=true"
            let daemon = try serve(stream("a", Self.live + sink) + stream("b", Self.live + sink), in: folder)
            try daemon.wait(for: "a: running")
            try daemon.wait(for: "b: running")
            let workers = try daemon.children()
            try #require(workers.count == 2)
            kill(workers[0], SIGKILL)
            try daemon.wait(for: "fault: crash: killed by signal 9")
            try daemon.wait(for: "retrying: in")
            try daemon.wait { $0.components(separatedBy: ": running: ").count == 4 }
            #expect(try daemon.children().contains(workers[1]))
            daemon.send(SIGTERM)
            #expect(try daemon.finish().status == 0)
        }
    }

    @Test("what is left of a daemon that was killed: no worker, complete files, and a socket that the next one takes")
    func killedSupervisor() throws {
        try withFolder { folder in
            let text = Self.live + " ! x264enc tune=zerolatency ! matroskamux ! filesink location=\(folder)/a.mkv"
            let daemon = try serve(stream("a", text), in: folder)
            try daemon.wait(for: "a: running")
            let workers = try daemon.children()
            daemon.send(SIGKILL)
            // Its workers hold the other ends of what it wrote to.
            _ = try daemon.finish()
            #expect(workers.count == 1 && !workers.contains(where: isRunning))
            #expect(try probe("\(folder)/a.mkv") > 0)

            let next = try serve(stream("a", Self.live + " ! fakesink"), in: folder)
            try next.wait(for: "a: running")
            next.send(SIGTERM)
            #expect(try next.finish().status == 0)
        }
    }

    @Test("SIGHUP starts only what changed; a file with an error changes nothing; a burst does no harm")
    func reload() throws {
        try withFolder { folder in
            let sink = " ! fakesink sync=true"
            let (a, b) = (stream("a", Self.live + sink), stream("b", Self.live + sink))
            let daemon = try serve(a + b, in: folder)
            try daemon.wait(for: "a: running")
            try daemon.wait(for: "b: running")
            let before = Set(try daemon.children())

            try configure("  a: {nonsense: 1}\n", in: folder)
            daemon.send(SIGHUP)
            try daemon.wait(for: "nothing is changed")
            #expect(Set(try daemon.children()) == before)

            // A pipeline that cannot be built is as wrong as a key that there is not.
            try configure(a + stream("b", Self.live + " ! fakesinc") + stream("c", Self.live + " ! x=${y}"), in: folder)
            daemon.send(SIGHUP)
            try daemon.wait { text in
                text.split(separator: "\n").contains { line in
                    ["nothing is changed: b: ", "fakesinc", "; c: "].allSatisfy { line.contains($0) }
                }
            }
            #expect(Set(try daemon.children()) == before)

            try configure(a + stream("b", Self.live + " ! identity" + sink) + stream("c", Self.live + sink), in: folder)
            for _ in 0..<20 { daemon.send(SIGHUP) }
            try daemon.wait(for: "reloaded: b, c")
            try daemon.wait(for: "c: running")
            try daemon.wait { $0.components(separatedBy: "b: running").count == 3 }
            let after = Set(try daemon.children())
            #expect(after.count == 3 && after.intersection(before).count == 1, "\(before) \(after)")
            daemon.send(SIGTERM)
            let outcome = try daemon.finish()
            #expect(outcome.status == 0)
            #expect(outcome.errors.components(separatedBy: "a: running").count == 2)
        }
    }

    @Test("a password is on no command line and in no log")
    func secrets() throws {
        try withFolder { folder in
            let knobs = "    knobs: {where: \"rtsp://user:${CAMERA_PASSWORD}@127.0.0.1:1/x\"}\n"
            let daemon = try serve(
                stream("a", "rtspsrc location=${where} ! decodebin ! inpaint ! fakesink", knobs), in: folder,
                environment: ["CAMERA_PASSWORD": "open-sesame"])
            try daemon.wait(for: "a: fault: source")
            for worker in try daemon.children() {
                let line = try Data(contentsOf: URL(filePath: "/proc/\(worker)/cmdline"))
                #expect(!String(decoding: line, as: UTF8.self).contains("open-sesame"))
            }
            try daemon.wait(for: "a: retrying")
            daemon.send(SIGTERM)
            let outcome = try daemon.finish()
            #expect(outcome.status == 0 && !outcome.errors.contains("open-sesame"), "\(outcome.errors)")
        }
    }

    @Test("a configuration that is wrong is refused with 78, every error told")
    func wrongConfiguration() throws {
        try withFolder { folder in
            let outcome = try serve("  a: {nonsense: 1}\n  b: {}\n", in: folder).finish()
            #expect(outcome.exited && outcome.status == 78)
            #expect(outcome.errors.contains("nonsense") && outcome.errors.contains("stream b"))
        }
    }
}
