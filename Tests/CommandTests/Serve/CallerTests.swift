import ControlFixtures
import Foundation
import Testing

/// What a caller may have played, asked over the real socket of a daemon with real workers.
@Suite("Streams that callers add", .serialized) struct CallerTests {
    private static let frames = "videotestsrc is-live=true ! inpaint name=stage"

    private func isAnswered(
        _ answer: Caller.Answer, _ status: Int, _ words: String, _ location: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status && answer.body.contains(words), "\(answer)", sourceLocation: location)
    }

    @Test("text that names a file outside of the roots is refused before anything is opened")
    func files() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/in", withIntermediateDirectories: true)
            let rig = try DaemonRig("", in: folder, control: "allow-text: true, roots: [\(folder)/in]")
            let outside = "\(folder)/out"
            let texts = [
                "\(Self.frames) ! filesink location=\(outside)",
                "\(Self.frames) ! filesink location=\"\(outside)\"",
                "\(Self.frames) ! filesink location=\\\(outside)",
                "\(Self.frames) ! ( identity ! filesink location = \(outside) )",
                "bin.( \(Self.frames) ! multifilesink location=\(outside)%d )",
                "\(Self.frames) ! splitmuxsink location=\(outside)",
                "\(Self.frames) ! file://\(outside)",
                "\(Self.frames) ! fakesink file:///etc/hostname ! fakesink",
                "filesrc location=/etc/hostname ! fakesink",
                "filesrc location=../../../etc/hostname ! fakesink",
                "uridecodebin uri=file:///etc/hostname ! \(Self.frames) ! fakesink",
                "playbin uri=file:///etc/hostname",
                "playbin uri=http://127.0.0.1:1/ video-sink=\"filesink location=\(outside)\"",
                "\(Self.frames) ! gdkpixbufoverlay location=/etc/hostname ! fakesink",
                "\(Self.frames) ! inpaint mask=/etc/hostname ! fakesink",
                "\(Self.frames) ! x264enc option-string=stats=\(outside) ! fakesink",
                "\(Self.frames) ! queue2 temp-template=/tmp/x-XXXXXX ! fakesink",
                "\(Self.frames) ! shmsink socket-path=\(outside)",
            ]
            for (index, text) in texts.enumerated() {
                isAnswered(try rig.add("s\(index)", text: text), 403, "names a file that this pipeline may not use")
            }
            // The literal beside a knob, and the value that they make together.
            let parts = try rig.add(
                "parts", text: "\(Self.frames) ! filesink location=\(folder)/${name}", knobs: ["name": "out"])
            isAnswered(parts, 403, "text:1:")
            #expect(!FileManager.default.fileExists(atPath: outside))
            #expect(try rig.ask("GET", "/streams").body == "[]\n")

            let inside = try rig.add("ok", text: "\(Self.frames) ! filesink location=\(folder)/in/film")
            isAnswered(inside, 201, "starting")
            try rig.program.wait(for: "ok: running")
            #expect(FileManager.default.fileExists(atPath: "\(folder)/in/film"))
            try rig.end()
        }
    }

    @Test("text is refused elements that reach beyond their properties, with the element and its place")
    func elements() throws {
        try withFolder { folder in
            let rig = try DaemonRig("", in: folder, control: "allow-text: true")
            for (text, element, place) in [
                ("fdsrc fd=3 ! fakesink", "fdsrc", "text:1:1"), ("\(Self.frames) ! fdsink fd=1", "fdsink", "text:1:50"),
                ("audiotestsrc ! alsasink device=\"tee:null,'|touch x',raw\"", "alsasink", "text:1:16"),
                ("audiotestsrc ! ( queue ! fdsink )", "fdsink", "text:1:26"),
            ] {
                let answer = try rig.add("a", text: text)
                isAnswered(answer, 403, "the element \(element) is none that this pipeline may use")
                isAnswered(answer, 403, place)
            }
            // Where there are no roots there are no files, relative ones neither.
            isAnswered(try rig.add("a", text: "\(Self.frames) ! filesink location=film"), 403, "location names a file")
            let sink = "playbin uri=http://127.0.0.1:1/ video-sink=\"filesink location=film\""
            isAnswered(try rig.add("a", text: sink), 403, "location names a file")
            isAnswered(try rig.add("a", text: "v4l2src ! inpaint ! fakesink"), 403, "device names a file")
            isAnswered(try rig.add("a", text: "\(Self.frames) ! ! fakesink"), 400, "syntax error")
            isAnswered(try rig.add("a", text: "\(Self.frames) ! fakesinc"), 400, "did you mean fakesink?")
            try rig.end()
        }
    }

    @Test("with a list only its elements are there, in files of the roots too")
    func list() throws {
        try withFolder { folder in
            let control = "allow-text: true, roots: [\(folder)], elements: [videotestsrc, inpaint, fakesink]"
            let rig = try DaemonRig("", in: folder, control: control)
            let text = "videotestsrc is-live=true ! video/x-raw,width=64,height=48 ! ( inpaint ! fakesink sync=true )"
            isAnswered(try rig.add("a", text: text), 201, "starting")
            try rig.program.wait(for: "a: running")
            let queue = "videotestsrc ! queue ! inpaint ! fakesink"
            isAnswered(try rig.add("b", text: queue), 403, "the element queue is none")
            isAnswered(try rig.add("b", text: "file://\(folder)/c.yaml ! fakesink"), 403, "the element filesrc is none")
            isAnswered(try rig.add("b", text: "playbin.( fakesink )"), 403, "the element playbin is none")
            try queue.write(toFile: "\(folder)/b.pipeline", atomically: true, encoding: .utf8)
            let file = try rig.ctl("add", "b", "\(folder)/b.pipeline")
            #expect(file.status == 77 && file.errors.contains("b.pipeline:1:16: the element queue"), "\(file.errors)")
            try rig.end()
        }
    }

    @Test("a knob's value stays one value, which a property takes or refuses as it is")
    func literalKnob() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/in", withIntermediateDirectories: true)
            let text = "\(Self.frames) latency-budget=${budget} ! intervideosink channel=${words}"
            try text.write(toFile: "\(folder)/in/a.pipeline", atomically: true, encoding: .utf8)
            let rig = try DaemonRig("", in: folder, control: "roots: [\(folder)/in]")
            let injection = "0 ! filesink location=film"
            let refused = try rig.ctl("add", "a", "a.pipeline", "budget=\(injection)", "words=x")
            #expect(refused.status == 64 && refused.errors.contains("a whole number from 0"), "\(refused.errors)")
            #expect(try rig.ctl("add", "a", "a.pipeline", "budget=0", "words=\(injection)").status == 0)
            try rig.program.wait(for: "a: running")
            #expect(try rig.ctl("graph", "a").text.contains(injection))
            let running = try rig.ctl("set", "a", "stage.latency-budget", injection)
            #expect(running.status == 64 && running.errors.contains("a whole number from 0"), "\(running.errors)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/in") == ["a.pipeline"])
            try rig.end()
        }
    }

    @Test("an element that another one adds while it plays reads no file outside either")
    func added() throws {
        try withFolder { folder in
            try FileManager.default.createDirectory(atPath: "\(folder)/in", withIntermediateDirectories: true)
            // A playlist is text that a server gives; this one points at a file of the machine.
            let playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"
            try playlist.write(toFile: "\(folder)/in/a.m3u8", atomically: true, encoding: .utf8)
            let rig = try DaemonRig("", in: folder, control: "allow-text: true, roots: [\(folder)/in]")
            let answer = try rig.add("a", text: "filesrc location=a.m3u8 ! hlsdemux ! decodebin ! inpaint ! fakesink")
            isAnswered(answer, 201, "starting")
            try rig.program.wait(for: "a: fault: pipeline: ")
            try rig.program.wait(for: "location names a file that this pipeline may not use")
            try rig.program.wait(for: "a: failed")
            try rig.end()
        }
    }

    @Test("a stream of the configuration may use everything, and takes no file from outside while it plays")
    func configured() throws {
        try withFolder { folder in
            for name in ["in", "run"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name)", withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            }
            try "no picture".write(toFile: "\(folder)/mask.png", atomically: true, encoding: .utf8)
            let stream = DaemonRig.stream("cam", "\(Self.frames) ! filesink location=\(folder)/film")
            let rig = try DaemonRig(stream, in: folder, control: "roots: [\(folder)/in], elements: [fakesink]")
            try rig.program.wait(for: "cam: running")
            // It works in the configuration's folder, which is none of the roots.
            let outcome = try rig.ctl("set", "cam", "stage.mask", "mask.png")
            #expect(outcome.status == 77 && outcome.errors.contains("control.roots"), "\(outcome.errors)")
            try rig.end()
        }
    }

    @Test("what a knob holds that is named like a secret, and a password in an address, is shown nowhere")
    func secrets() throws {
        try withFolder { folder in
            let rig = try DaemonRig("", in: folder, control: "allow-text: true, listen: 127.0.0.1:\(try freePort())")
            let events = try Program(["ctl", "events", "--socket", rig.socket])
            let text = """
                \(Self.frames) ! tee name=t ! queue ! intervideosink channel=${camera-password} \
                t. ! queue ! intervideosink channel=${caption} \
                rtspsrc location=${url} name=src ! fakesink
                """
            let secrets = ["open-sesame", "swordfish"]
            let knobs = [
                "camera-password": secrets[0], "url": "rtsp://me:\(secrets[1])@127.0.0.1:1/x",
                "caption": "say \(secrets[1])",
            ]
            #expect(try rig.add("a", text: text, knobs: knobs).status == 201)
            try rig.program.wait(for: "a: fault: source")
            try rig.program.wait(for: "a: retrying")
            let still =
                "\(Self.frames) ! tee name=t ! queue ! intervideosink channel=${caption}"
                + " t. ! queue ! intervideosink channel=${pw}"
            let others = ["caption": "\(secrets[0]) \(secrets[1])", "pw": secrets[0]]
            #expect(try rig.add("b", text: still, knobs: others).status == 201)
            try rig.program.wait(for: "b: running")
            var said = [try rig.ctl("set", "b", "stage.mask", "rect:\(secrets[0])").errors]
            for words in [["graph", "b"], ["show", "a"], ["show", "a", "--json"], ["list", "--json"]] {
                said.append(try Program(["ctl"] + words + ["--socket", rig.socket]).finish().text)
            }
            for path in ["/status", "/metrics", "/readyz", "/streams/a"] { said.append(try rig.ask("GET", path).body) }
            said.append(try rig.add("c", text: "\(Self.frames) grow=${pw} ! fakesink", knobs: ["pw": secrets[0]]).body)
            #expect(said[0].contains("***") && said[1].contains("***"))
            said.append(try rig.end().errors)
            said.append(try events.finish().text)
            for text in said {
                #expect(!text.isEmpty)
                for secret in secrets { #expect(!text.contains(secret), "\(text)") }
            }
        }
    }

    @Test("a file that is no pipeline but a recording is not read")
    func recording() throws {
        try withFolder { folder in
            try Data().write(to: URL(filePath: "\(folder)/film"))
            try #require(truncate("\(folder)/film", 1 << 40) == 0)
            let rig = try DaemonRig("", in: folder, control: "roots: [\(folder)]")
            let outcome = try rig.ctl("add", "a", "\(folder)/film")
            #expect(outcome.status == 64 && outcome.errors.contains("expected at most"), "\(outcome.errors)")
            try rig.end()
        }
    }
}
