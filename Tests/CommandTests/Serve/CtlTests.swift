import Foundation
import Testing

/// `inpaintd ctl`, asking a real daemon.
@Suite("inpaintd ctl", .serialized) struct CtlTests {
    private static let playing = DaemonRig.stream("cam", DaemonRig.live + " ! fakesink sync=true")

    @Test("list and show say how streams are, for people and as JSON")
    func listing() throws {
        try withFolder { folder in
            let idle = DaemonRig.stream("idle", "videotestsrc ! inpaint ! fakesink", "    autostart: false\n")
            let rig = try DaemonRig(Self.playing + idle, in: folder)
            try rig.program.wait(for: "cam: running")
            let list = try rig.ctl("list")
            let lines = list.text.split(separator: "\n")
            #expect(list.status == 0 && lines.count == 3 && lines[0].hasPrefix("NAME"), "\(list.text)")
            #expect(lines[1].hasPrefix("cam ") && lines[1].contains("running"))
            #expect(lines[2].hasPrefix("idle ") && lines[2].contains("stopped"))
            let streams = try #require(try rig.ctl("list", "--json").json() as? [[String: Any]])
            #expect(streams.map { $0["name"] as? String } == ["cam", "idle"])
            #expect(streams[0]["state"] as? String == "running")

            let show = try rig.ctl("show", "cam")
            #expect(show.text.contains("running for") && show.text.contains("frames-out"), "\(show.text)")
            let stages = try #require(try rig.ctl("show", "cam", "--json").object()["stages"] as? [[String: Any]])
            #expect(stages.first?["element"] as? String == "stage")
            let stranger = try rig.ctl("show", "nobody")
            #expect(stranger.status == 66 && stranger.errors.contains("there is no stream nobody"))
            #expect(try rig.ctl("list", "--nonsense").status == 64)
            try rig.end()
        }
    }

    @Test("start and stop do what they say, and say what is then")
    func startAndStop() throws {
        try withFolder { folder in
            let rig = try DaemonRig(Self.playing, in: folder)
            try rig.program.wait(for: "cam: running")
            #expect(try rig.ctl("stop", "cam").status == 0)
            try rig.program.wait(for: "cam: stopped")
            #expect(try rig.ctl("show", "cam", "--json").object()["state"] as? String == "stopped")
            let started = try rig.ctl("start", "cam", "--json")
            #expect(try started.object()["state"] as? String == "starting")
            try rig.program.wait { $0.components(separatedBy: "cam: running").count == 3 }
            for verb in ["start", "stop", "remove"] { #expect(try rig.ctl(verb, "nobody").status == 66) }
            try rig.end()
        }
    }

    @Test("add takes a file of the roots with its knobs, once; remove takes it away")
    func addAndRemove() throws {
        try withFolder { folder in
            let text = "videotestsrc is-live=true ! inpaint name=stage mask=${mask} ! fakesink sync=true"
            try text.write(toFile: "\(folder)/a.pipeline", atomically: true, encoding: .utf8)
            let rig = try DaemonRig("", in: folder, control: "roots: [\(folder)]")
            let added = try rig.ctl("add", "new", "\(folder)/a.pipeline", "mask=rect:8,8,16,8")
            #expect(added.status == 0 && added.text.contains("new is starting"), "\(added.errors)")
            try rig.program.wait(for: "new: running")
            let again = try rig.ctl("add", "new", "\(folder)/a.pipeline", "mask=rect:8,8,16,8")
            #expect(again.status == 69 && again.errors.contains("already"))

            let outside = try rig.ctl("add", "other", "/etc/hostname")
            #expect(outside.status == 77 && outside.errors.contains("control.roots"), "\(outside.errors)")
            let knob = try rig.ctl("add", "other", "\(folder)/a.pipeline", "mask=/etc/hostname")
            #expect(knob.status == 77 && knob.errors.contains("knob \"mask\""), "\(knob.errors)")
            let missing = try rig.ctl("add", "other", "\(folder)/a.pipeline")
            #expect(missing.status == 64 && missing.errors.contains("the knob mask is not set"), "\(missing.errors)")
            #expect(try rig.ctl("add", "a/b", "\(folder)/a.pipeline", "mask=x").status == 64)

            #expect(try rig.ctl("remove", "new").status == 0)
            #expect(try rig.ctl("show", "new").status == 66)
            #expect(try #require(try rig.ctl("list", "--json").json() as? [Any]).isEmpty)
            try rig.end()
        }
    }

    @Test("set changes mask, budget and grow of a running stage, and refuses what cannot be set")
    func set() throws {
        try withFolder { folder in
            let rig = try DaemonRig(Self.playing, in: folder)
            try rig.program.wait(for: "cam: running")
            for (property, value) in [("mask", "rect:0,0,8,8"), ("latency-budget", "400"), ("grow", "2")] {
                let outcome = try rig.ctl("set", "cam", "stage.\(property)", value)
                #expect(outcome.status == 0, "\(property): \(outcome.errors)")
            }
            let graph = try rig.ctl("graph", "cam")
            #expect(graph.status == 0 && graph.text.hasPrefix("digraph"))
            #expect(graph.text.contains("rect:0,0,8,8") && graph.text.contains("latency-budget=400"))
            for (property, value, words) in [
                ("stage.mask", "rect:1", "column"), ("stage.latency-budget", "x", "a whole number"),
                ("stage.session", "window", "while the pipeline plays"), ("stage.gro", "1", "did you mean grow?"),
                ("stag.mask", "x", "did you mean stage?"),
            ] {
                let outcome = try rig.ctl("set", "cam", property, value)
                #expect(outcome.status == 64 && outcome.errors.contains(words), "\(property): \(outcome.errors)")
            }
            #expect(try rig.ctl("set", "cam", "stage.mask", "/etc/hostname").status == 77)
            #expect(try rig.ctl("set", "cam", "mask", "x").status == 64)
            try rig.end()
        }
    }

    @Test("ready says 69 with the reason until every stream gives frames")
    func ready() throws {
        try withFolder { folder in
            let away = DaemonRig.stream(
                "away", "rtspsrc location=rtsp://127.0.0.1:1/x ! decodebin ! inpaint ! fakesink")
            let rig = try DaemonRig(Self.playing + away, in: folder)
            try rig.program.wait(for: "cam: running")
            try rig.program.wait(for: "away: retrying")
            let not = try rig.ctl("ready")
            #expect(not.status == 69 && not.text.contains("away is"), "\(not.text)")
            #expect(try rig.ctl("ready", "--json").object()["isReady"] as? Bool == false)
            #expect(try rig.ctl("stop", "away").status == 0)
            try rig.program.wait(for: "away: stopped")
            let ready = try rig.ctl("ready")
            #expect(ready.status == 0 && ready.text == "ready\n")
            try rig.end()
        }
    }

    @Test("events come line by line, of one stream or all, and end with the daemon")
    func events() throws {
        try withFolder { folder in
            let idle = DaemonRig.stream("idle", "videotestsrc ! inpaint ! fakesink", "    autostart: false\n")
            let rig = try DaemonRig(Self.playing + idle, in: folder)
            try rig.program.wait(for: "cam: running")
            let all = try Program(["ctl", "events", "--socket", rig.socket, "--json"])
            let idleOnly = try Program(["ctl", "events", "--socket", rig.socket, "--stream", "idle"])
            // Both are there once each has told of a start.
            let deadline = ContinuousClock.now + .seconds(Child.patience)
            while !all.hasHeard("\"started\"") || !idleOnly.hasHeard("started") {
                try #require(ContinuousClock.now < deadline, "nobody hears of events")
                _ = try rig.ctl("stop", "idle")
                _ = try rig.ctl("start", "idle")
            }
            _ = try rig.ctl("stop", "cam")
            try rig.program.wait(for: "cam: stopped")
            try rig.end()
            let (everything, some) = (try all.finish(), try idleOnly.finish())
            #expect(everything.status == 0 && some.status == 0)
            let objects = try everything.text.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            #expect(objects.contains { $0["stream"] as? String == "cam" && $0["name"] as? String == "stopped" })
            let numbers = objects.compactMap { $0["id"] as? Int }
            #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
            #expect(some.text.contains("  idle  ") && !some.text.contains("  cam  "), "\(some.text)")
        }
    }

    @Test("reload says what changed, and 78 for a file with an error")
    func reload() throws {
        try withFolder { folder in
            let rig = try DaemonRig(Self.playing, in: folder)
            #expect(try rig.ctl("reload").text == "nothing has changed\n")
            let more = DaemonRig.stream("new", "videotestsrc ! inpaint ! fakesink", "    autostart: false\n")
            try DaemonRig.configure(Self.playing + more, in: folder)
            #expect(try rig.ctl("reload", "--json").object()["changed"] as? [String] == ["new"])
            try DaemonRig.configure("  cam: {nonsense: 1}\n", in: folder)
            let wrong = try rig.ctl("reload")
            #expect(wrong.status == 78 && wrong.errors.contains("nonsense"), "\(wrong.errors)")
            try Data("control: {socket: \(folder)/other.sock}\nstreams: {}\n".utf8).write(
                to: URL(filePath: "\(folder)/c.yaml"))
            let moved = try rig.ctl("reload")
            #expect(moved.status == 78)
            #expect(
                moved.errors == "inpaintd: error: control: it changes with a restart of the daemon only\n",
                "\(moved.errors)")
            #expect(try #require(try rig.ctl("list", "--json").json() as? [Any]).count == 2)
            try rig.end()
        }
    }

    @Test("a daemon that is not there is told in one line with 69, by every command")
    func nobody() throws {
        try withFolder { folder in
            let socket = ["--socket", "\(folder)/none.sock"]
            for words in [
                ["list"], ["show", "a"], ["start", "a"], ["stop", "a"], ["add", "a", "b"], ["remove", "a"],
                ["set", "a", "b.c", "d"], ["graph", "a"], ["events"], ["reload"], ["ready"], ["list", "--json"],
            ] {
                let outcome = try Program(["ctl"] + words + socket).finish()
                #expect(outcome.status == 69 && outcome.output.isEmpty, "\(words)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
                #expect(outcome.errors.contains("no daemon answers at \(folder)/none.sock"), "\(outcome.errors)")
            }
        }
    }

    @Test("the socket is found by INPAINTD_CONTROL_SOCKET")
    func environment() throws {
        try withFolder { folder in
            let rig = try DaemonRig("", in: folder)
            let outcome = try Program(["ctl"], environment: ["INPAINTD_CONTROL_SOCKET": rig.socket]).finish()
            #expect(outcome.status == 0 && outcome.text.hasPrefix("NAME"), "\(outcome.errors)")
            try rig.end()
        }
    }
}
