import Foundation
import Testing

/// Plugins in the program: listed, shown, named in pipelines, and misbehaving there.
@Suite("plugins", .timeLimit(.minutes(2)), .serialized)
struct PluginCommandTests {
    private static let shipped = [
        "fill-outline", "fill-pixelate", "fill-pushpull", "mask-key", "mask-logo", "mask-motion", "mask-text",
    ]
    private static let source =
        "videotestsrc num-buffers=60 pattern=ball ! video/x-raw,format=I420,width=160,height=96,framerate=30/1"

    private func run(_ text: String, _ more: String...) throws -> Child.Outcome {
        let words = ["run", "--json", "--launch", text] + more
        return try Program(words).finish()
    }

    /// Builds the plugin that misbehaves into a folder.
    private func buildUnruly(in folder: String, _ definitions: String...) throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let header = tests.deletingLastPathComponent().appending(path: "Sources/CInpaintPlugin/include").path
        let outcome = try Child(
            [
                "clang", "-shared", "-fPIC", "-O1", "-w", "-I\(header)", "-o", "\(folder)/libunruly.so",
                tests.appending(path: "PluginHostTests/Plugins/unruly.c").path,
            ] + definitions.map { "-D\($0)" }
        ).finish()
        guard outcome.status == 0 else { throw Child.Timeout(description: outcome.errors) }
    }

    @Test("the shipped ones are listed, each with its settings, as text and as JSON")
    func listed() throws {
        #expect(try Program.run("plugins").text == Self.shipped.joined(separator: "\n") + "\n")
        for name in Self.shipped {
            let outcome = try Program.run("plugins", name, "--json")
            let object = try #require(
                try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any], "\(outcome.errors)")
            #expect(object["name"] as? String == name && object["settings"] is [Any])
            #expect(try Program.run("plugins", name).text.hasPrefix("\(name) 1."))
        }
        let missing = try Program.run("plugins", "mask-moton")
        #expect(missing.status == 66 && missing.lastLine.contains("did you mean mask-motion?"))
        #expect(try Program.run("plugins", "mask-key", "--safe-mode").status == 64)
    }

    @Test("a mask source and a filler do the work of mask and network, and every frame comes out")
    func used() throws {
        let outcome = try run(
            Self.source + " ! inpaint mask=plugin:mask-motion?smallest=0&hold=0 filler=fill-pixelate?tile=8 ! fakesink")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.counter("frames-out") == 60)
        #expect((5...59).contains(outcome.counter("frames-repaired") ?? 0), "\(outcome.errors)")
        let pushed = try run(Self.source + " ! inpaint mask=rect:20,20,40,30 filler=fill-pushpull ! fakesink")
        #expect(pushed.counter("frames-repaired") == 60 && pushed.counter("plugin-failures") == 0)
    }

    @Test(
        "what cannot be used is refused before a frame flows, in one line with its name",
        arguments: [
            ("mask=plugin:mask-motion?sensitivty=3", "has no setting sensitivty: did you mean sensitivity?"),
            ("mask=plugin:mask-motion?sensitivity=11", "sensitivity is \"11\", expected a number from 1.0 to 10.0"),
            ("mask=plugin:fill-pixelate", "is a filler, expected a mask source"),
            ("mask=plugin:nothing", "there is no plugin libnothing.so"),
            ("mask=plugin:mask-key?color=red", "cannot work so: color is"),
            ("filler=mask-key", "is a mask source, expected a filler"),
            ("filler=fill-pixelate?tile=2", "tile is \"2\", expected a whole number from 4 to 256"),
        ])
    func refused(property: String, words: String) throws {
        let outcome = try run(Self.source + " ! inpaint \(property) ! fakesink")
        #expect(outcome.status != 0 && outcome.errors.contains(words), "\(outcome.errors)")
        let safe = try run(Self.source + " ! inpaint mask=plugin:mask-key ! fakesink", "--safe-mode")
        #expect(safe.status != 0 && safe.errors.contains("in safe mode no plugin is loaded"), "\(safe.errors)")
    }

    @Test("a plugin that fails costs masks and is switched off; under on-late=protect whole frames are hidden")
    func failing() throws {
        try withFolder { folder in
            try buildUnruly(in: folder)
            for (late, protected) in [("fill", 0), ("protect", 60)] {
                let outcome = try run(
                    Self.source + " ! inpaint mask=plugin:unruly?manner=fail on-late=\(late) ! fakesink",
                    "--plugin-path", folder)
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(outcome.errors.contains("plugin unruly is switched off: 25 frames in a row failed"))
                #expect(outcome.counter("plugin-failures") == 60 && outcome.counter("frames-out") == 60)
                #expect(outcome.counter("frames-protected") == protected)
            }
        }
    }

    @Test("an overlay of known make is taken away, and under on-late=protect it is filled like all else")
    func unblended() throws {
        try withFolder { folder in
            try buildUnruly(in: folder, "OVERLAY")
            let source =
                "videotestsrc num-buffers=4 pattern=ball foreground-color=0xff404040 ! video/x-raw,format=GRAY8,width=160,height=96"
            #expect(try run(source + " ! filesink location=${o}", "o=\(folder)/in.gray").status == 0)
            let before = try Data(contentsOf: URL(filePath: "\(folder)/in.gray"))
            for (late, unblended) in [("fill", 4), ("protect", 0)] {
                let outcome = try run(
                    source + " ! inpaint mask=plugin:unruly on-late=\(late) ! filesink location=${o}", "--plugin-path",
                    folder, "o=\(folder)/out.gray")
                #expect(outcome.status == 0 && outcome.counter("frames-out") == 4, "\(outcome.errors)")
                #expect(outcome.counter("frames-unblended") == unblended)
                #expect(outcome.counter("frames-repaired") == (unblended > 0 ? 0 : 4))
                #expect(outcome.errors.contains("fills overlays instead of taking them away") == (unblended == 0))
                // Of what is seen, s, there was 2 · (s − 10) before; what is bright is no hole.
                let after = try Data(contentsOf: URL(filePath: "\(folder)/out.gray"))
                let expected = before.map { $0 < 128 ? UInt8(max(2 * Int($0) - 20, 0)) : $0 }
                #expect((Array(after) == expected) == (unblended > 0))
            }
        }
    }

    @Test("a filler that fails shows nothing of what is to be hidden, and costs no frame")
    func failingFiller() throws {
        try withFolder { folder in
            try buildUnruly(in: folder)
            let outcome = try run(
                "videotestsrc num-buffers=10 pattern=white ! video/x-raw,format=GRAY8,width=160,height=96"
                    + " ! inpaint mask=plugin:unruly?manner=lie ! filesink location=${o}", "--plugin-path", folder,
                "o=\(folder)/out.gray")
            #expect(outcome.status == 0 && outcome.counter("frames-out") == 10, "\(outcome.errors)")
        }
    }

    @Test("mask preview writes a frame of a file with the hole outlined, and nothing where the mask is none")
    func preview() throws {
        try withFolder { folder in
            let (film, picture) = ("\(folder)/in.mp4", "\(folder)/hole.png")
            try Film.make(film, muxer: "mp4mux", encoder: nil)
            let outcome = try Program.run(
                "mask", "preview", film, "rect:10,10,30,20", "--output", picture, "--frame", "5", "--grow", "0")
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(try probe(picture) == 1)
            let red = try ffprobe(
                "frame_tags=lavfi.signalstats.VMAX", of: "movie=\(picture),signalstats", "-f", "lavfi")
            #expect(red.first.flatMap { Double($0) } ?? 0 > 200, "\(red)")
            let wrong = try Program.run("mask", "preview", film, "rect:10", "--output", "\(folder)/none.png")
            #expect(wrong.status == 64 && wrong.errors.contains("column 8"), "\(wrong.errors)")
            #expect(try Program.run("mask", "preview", "\(folder)/no.mp4", "rect:0,0,1,1").status == 66)
        }
    }

    @Test(
        "the command in a plugin's README does what it says",
        arguments: ["mask-key", "mask-logo", "mask-motion", "mask-text", "fill-pixelate"])
    func readme(name: String) throws {
        let project = URL(filePath: pipelines).deletingLastPathComponent()
        let page = try String(contentsOf: project.appending(path: "plugins/\(name)/README.md"), encoding: .utf8)
        let line = try #require(page.split(separator: "\n").first { $0.hasPrefix("inpaintd run ") })
        let input = try #require(line.split(separator: " ").first { $0.hasPrefix("input=") }?.dropFirst(6))
        try withFolder { folder in
            try Film.make("\(folder)/\(input)", muxer: "mp4mux", encoder: nil)
            try FileManager.default.createSymbolicLink(atPath: "\(folder)/pipelines", withDestinationPath: pipelines)
            let programs = try Program.executable.deletingLastPathComponent().path
            let path = programs + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
            let outcome = try Child(["sh", "-c", String(line)], environment: ["PATH": path], folder: folder).finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try probe("\(folder)/out.mp4") == Film.frames)
        }
    }

    @Test("a plugin that crashes ends its stream's process; the daemon says so and starts it again")
    func crashing() throws {
        try withFolder { folder in
            try buildUnruly(in: folder)
            let live = "videotestsrc is-live=true ! video/x-raw,width=96,height=64,framerate=25/1"
            try DaemonRig.configure(
                DaemonRig.stream("bad", live + " ! inpaint mask=plugin:unruly?manner=crash ! fakesink")
                    + DaemonRig.stream("good", live + " ! inpaint mask=plugin:mask-motion ! fakesink"), in: folder)
            let daemon = try Program(["serve", "--config", "\(folder)/c.yaml", "--plugin-path", folder])
            defer { daemon.send(SIGKILL) }
            try daemon.wait(for: "good: running")
            try daemon.wait { $0.components(separatedBy: "bad: fault: crash: killed by signal 11").count >= 3 }
            daemon.send(SIGTERM)
            #expect(try daemon.finish().status == 0)
        }
    }

    @Test("a plugin that leaks ends its stream's process at the stream's memory-limit; the daemon starts it again")
    func leaking() throws {
        try withFolder { folder in
            try buildUnruly(in: folder)
            let live = "videotestsrc is-live=true ! video/x-raw,width=96,height=64,framerate=25/1"
            try DaemonRig.configure(
                DaemonRig.stream(
                    "bad", live + " ! inpaint mask=plugin:unruly?manner=leak ! fakesink", "    memory-limit: 256MiB\n"),
                in: folder)
            let daemon = try Program(["serve", "--config", "\(folder)/c.yaml", "--plugin-path", folder])
            defer { daemon.send(SIGKILL) }
            try daemon.wait(for: "bad: running")
            try daemon.wait(for: "bad: fault: memory: ")
            try daemon.wait { $0.components(separatedBy: "bad: running").count >= 3 }
            daemon.send(SIGTERM)
            #expect(try daemon.finish().status == 0)
        }
    }

    @Test("a mask that is swapped twenty times at 30 frames a second costs no frame")
    func swapped() throws {
        try withFolder { folder in
            let live = "videotestsrc is-live=true ! video/x-raw,format=I420,width=160,height=96,framerate=30/1"
            let rig = try DaemonRig(
                DaemonRig.stream(
                    "cam", live + " ! inpaint name=stage latency-budget=33 mask=rect:0,0,16,16 ! fakesink"),
                in: folder)
            try rig.program.wait(for: "cam: running")
            for index in 0..<20 {
                let mask = [
                    "rect:\(index),8,32,16", "grow(poly:10,10,60,10,40,50,2)", "plugin:mask-motion?hold=1",
                    "hold(rect:50%,50%,10%,10%,3)-rect:0,0,1,1",
                ][index % 4]
                let outcome = try rig.ctl("set", "cam", "stage.mask", mask)
                #expect(outcome.status == 0, "\(outcome.errors)")
                usleep(100_000)
            }
            let refused = try rig.ctl("set", "cam", "stage.mask", "plugin:mask-motion?hold=x")
            #expect(refused.status != 0 && refused.errors.contains("hold is"), "\(refused.errors)")
            let stage = try #require(
                (try rig.ctl("show", "cam", "--json").object()["stages"] as? [[String: Any]])?.first)
            let counters = try #require(stage["counters"] as? [String: Any])
            let count = { (name: String) in counters[name] as? Int ?? 0 }
            #expect(count("frames-in") >= 50 && count("frames-in") - count("frames-out") <= 2)
            #expect(count("frames-lost") == 0 && count("frames-flushed") == 0 && count("plugin-failures") == 0)
            try rig.end()
        }
    }
}
