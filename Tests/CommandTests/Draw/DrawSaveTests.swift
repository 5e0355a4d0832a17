import ControlFixtures
import Foundation
import Testing

/// Where `inpaintd mask draw` saves what was drawn.
@Suite("saving with inpaintd mask draw") struct DrawSaveTests {
    private func withFilm(_ body: (_ film: String, _ folder: String) throws -> Void) throws {
        try withFolder { folder in
            try Film.make("\(folder)/in.mp4", muxer: "mp4mux", encoder: nil)
            try body("\(folder)/in.mp4", folder)
        }
    }

    private func text(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }

    /// Live frames of the film's size.
    private static let live =
        DaemonRig.live.replacing("width=64,height=48", with: "width=96,height=64") + " ! fakesink sync=true"

    private static let shapes = "rect:10,8,30,16 + poly:50,6,85,6,85,30,50,30"
    private static let shapesPixels = pixels { x, y in
        (10..<40).contains(x) && (8..<24).contains(y) || (50..<85).contains(x) && (6..<30).contains(y)
    }

    @Test("a file named .png gets the picture to the pixel, of shapes and of brush strokes")
    func picture() throws {
        try withFilm { film, folder in
            let output = "\(folder)/m.png"
            let rig = try DrawRig(film, "--output", output)
            let saved = try rig.ask("POST", "save", Self.shapes)
            #expect(saved.status == 200 && saved.body == "{\"saved\":\"\(output)\"}\n", "\(saved.body)")
            #expect(try whites(of: output) == Self.shapesPixels)
            let strokes = { (x: Int, y: Int) in (x * x + y * y) % 11 < 4 }
            let drawn = try drawPicture("\(folder)/drawn.png", where: strokes)
            #expect(try rig.ask("POST", "save", data: drawn).status == 200)
            #expect(try whites(of: output) == pixels(where: strokes))
            // It can be read by whoever may read other files.
            let mode = try FileManager.default.attributesOfItem(atPath: output)[.posixPermissions] as? Int
            let usual = try FileManager.default.attributesOfItem(atPath: film)[.posixPermissions] as? Int
            #expect(mode == usual)
            try rig.end()
        }
    }

    @Test("any other file gets the expression, and with brush strokes one that names the picture beside it")
    func expression() throws {
        try withFilm { film, folder in
            let output = "\(folder)/it's a mask"
            let rig = try DrawRig(film, "--output", output)
            #expect(try rig.ask("POST", "save", Self.shapes).status == 200)
            #expect(try text(output) == Self.shapes + "\n")
            let drawn = try drawPicture("\(folder)/drawn.png") { x, y in x < y }
            #expect(try rig.ask("POST", "save", data: drawn).status == 200)
            let said = try text(output).trimmingCharacters(in: .newlines)
            #expect(said.hasPrefix("/") && said.hasSuffix("it's a mask.png"))
            #expect(try whites(of: output + ".png") == pixels { x, y in x < y })
            let preview = try Program.run("mask", "preview", film, said, "--output", "\(folder)/seen.png")
            #expect(preview.status == 0, "\(preview.errors)")
            try rig.end()
        }
    }

    @Test("--once ends after the first mask that is saved, which is answered")
    func once() throws {
        try withFilm { film, folder in
            let rig = try DrawRig(film, "--output", "\(folder)/m.png", "--once")
            #expect(try rig.ask("POST", "save", "rect:1").status == 400)
            #expect(try rig.ask("POST", "save", "rect:1,2,3,4").status == 200)
            let outcome = try rig.program.finish()
            #expect(outcome.exited && outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(try whites(of: "\(folder)/m.png").count == 12)
        }
    }

    @Test("a file that cannot be written is told on the page, and the next one can be")
    func unwritable() throws {
        try withFilm { film, folder in
            let rig = try DrawRig(film, "--output", "\(folder)/none/m.png")
            let answer = try rig.ask("POST", "save", Self.shapes)
            #expect(answer.status == 503 && answer.body.contains("none/m.png: cannot be written"), "\(answer.body)")
            try FileManager.default.createDirectory(atPath: "\(folder)/none", withIntermediateDirectories: false)
            #expect(try rig.ask("POST", "save", Self.shapes).status == 200)
            try rig.end()
        }
    }

    @Test("a running stream gets the mask without a lost frame, brush strokes as a picture that is read again")
    func stream() throws {
        try withFilm { film, folder in
            let daemon = try DaemonRig(
                DaemonRig.stream("cam", Self.live), in: folder,
                control: "roots: [\(folder)]")
            try daemon.program.wait(for: "cam: running")
            let output = "\(folder)/m.png"
            try daemon.waitForPicture(of: "cam", "96x64")
            let rig = try DrawRig(film, "--output", output, "--stream", "cam", "--socket", daemon.socket)
            #expect(try rig.ask("GET", "start").body.contains("\"target\":\"\(output) and stream cam\""))
            #expect(try rig.ask("POST", "save", Self.shapes).status == 200)
            #expect(try daemon.ctl("graph", "cam").text.contains("rect:10,8,30,16"))
            for edge in [20, 40] {
                let drawn = try drawPicture("\(folder)/drawn.png") { x, _ in x < edge }
                let saved = try rig.ask("POST", "save", data: drawn)
                #expect(saved.status == 200, "\(saved.body)")
                #expect(try daemon.ctl("graph", "cam").text.contains("m.png"))
                #expect(try whites(of: output) == pixels { x, _ in x < edge })
            }
            let show = try daemon.ctl("show", "cam", "--json").object()
            #expect(show["state"] as? String == "running" && (show["restarts"] as? [String: Int])?.isEmpty == true)
            let counters = try #require((show["stages"] as? [[String: Any]])?.first?["counters"] as? [String: Int])
            for name in ["frames-lost", "frames-flushed", "masks-missing"] {
                #expect(counters[name] == 0, "\(name): \(counters)")
            }
            #expect((counters["frames-repaired"] ?? 0) > 0, "\(counters)")

            // What the daemon refuses is told, and the stream keeps its mask.
            try withFolder { elsewhere in
                let mask = "\(elsewhere)/a.png"
                _ = try drawPicture(mask) { x, _ in x < 4 }
                let outside = try DrawRig(film, "--mask", mask, "--stream", "cam", "--socket", daemon.socket)
                let refused = try outside.ask("POST", "save", mask)
                #expect(refused.status == 403 && refused.body.contains("control.roots"), "\(refused.body)")
                #expect(try daemon.ctl("graph", "cam").text.contains("m.png"))
                try outside.end()
            }
            try daemon.end()
            let gone = try rig.ask("POST", "save", Self.shapes)
            #expect(gone.status == 503 && gone.body.contains("no daemon answers"), "\(gone.body)")
            try rig.end()
        }
    }

    @Test("a stream alone takes shapes, and says what brush strokes need")
    func streamOnly() throws {
        try withFilm { film, folder in
            let daemon = try DaemonRig(
                DaemonRig.stream("cam", Self.live)
                    + DaemonRig.stream("small", DaemonRig.live + " ! fakesink sync=true"), in: folder)
            for (stream, size) in [("cam", "96x64"), ("small", "64x48")] {
                try daemon.program.wait(for: "\(stream): running")
                try daemon.waitForPicture(of: stream, size)
            }
            let rig = try DrawRig(film, "--stream", "cam", "--socket", daemon.socket, "--element", "stage")
            #expect(try rig.ask("POST", "save", Self.shapes).status == 200)
            #expect(try daemon.ctl("graph", "cam").text.contains("poly:50,6"))
            let drawn = try drawPicture("\(folder)/drawn.png") { x, y in x < y }
            let refused = try rig.ask("POST", "save", data: drawn)
            #expect(refused.status == 403 && refused.body.contains("--output FILE.png"), "\(refused.body)")
            try rig.end()
            for (words, status, said) in [
                (["--stream", "nobody"], Int32(66), "there is no stream nobody"),
                (["--stream", "cam", "--element", "x"], 64, "it has stage"),
                (["--stream", "small"], 77, "the still is 96x64, and the pictures of stream small are 64x48 at stage"),
            ] {
                let outcome = try Program(["mask", "draw", film, "--socket", daemon.socket] + words).finish()
                #expect(outcome.status == status && outcome.errors.contains(said), "\(outcome.errors)")
            }
            try daemon.end()
        }
    }

    @Test("a wrong command line, source or mask is one line and its exit status")
    func wrong() throws {
        try withFilm { film, folder in
            for (words, status, said) in [
                ([film, "--listen", "0.0.0.0:8000"], Int32(64), "expected a loopback address"),
                ([film, "--listen", "192.168.1.1:8000"], 64, "expected a loopback address"),
                ([film, "--listen", "127.0.0.1"], 64, "expected a loopback address"),
                ([film, "--frame", "0"], 64, "--frame 0"),
                ([film, "--element", "stage"], 64, "go with --stream"),
                ([film, "--output", ""], 64, "--output is empty"),
                ([film, "--mask", "rect:10"], 64, "column 8"),
                ([film, "--mask", "\(folder)/no.png"], 66, "no.png"),
                (["\(folder)/no.mp4"], 66, "no.mp4"),
                ([film, "--stream", "cam", "--socket", "\(folder)/none.sock"], 69, "no daemon answers"),
            ] {
                let outcome = try Program(["mask", "draw"] + words).finish()
                #expect(outcome.status == status && outcome.errors.contains(said), "\(words): \(outcome.errors)")
                #expect(outcome.text.isEmpty)
            }
            let port = try freePort()
            let rig = try DrawRig(film, "--output", "\(folder)/m.png", "--listen", "127.0.0.1:\(port)")
            #expect(rig.port == port)
            let taken = try Program.run("mask", "draw", film, "--listen", "127.0.0.1:\(port)")
            #expect(taken.status == 73 && taken.errors.contains("127.0.0.1:\(port)"), "\(taken.errors)")
            try rig.end()
        }
    }

    @Test("a mask is not set in a stream whose pictures have become of another size")
    func otherSize() throws {
        try withFilm { film, folder in
            let daemon = try DaemonRig("", in: folder, control: "allow-text: true")
            let wider = Self.live.replacing("width=96", with: "width=128")
            #expect(try daemon.add("cam", text: Self.live).status < 300)
            try daemon.program.wait(for: "cam: running")
            let rig = try DrawRig(film, "--stream", "cam", "--socket", daemon.socket)
            try daemon.waitForPicture(of: "cam", "96x64")
            let saved = try rig.ask("POST", "save", Self.shapes)
            #expect(saved.status == 200, "\(saved.body)")
            #expect(try daemon.ask("DELETE", "/streams/cam").status < 300)
            #expect(try daemon.add("cam", text: wider).status < 300)
            let unknown = try rig.ask("POST", "save", Self.shapes)
            #expect([403, 404, 503].contains(unknown.status), "\(unknown.body)")
            try daemon.waitForPicture(of: "cam", "128x64")
            let refused = try rig.ask("POST", "save", Self.shapes)
            #expect(refused.status == 403 && refused.body.contains("are 128x64 at stage"), "\(refused.body)")
            try rig.end()
            try daemon.end()
        }
    }

    @Test("a source that says nothing can be ended before its first still, without an error")
    func silent() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isNamed = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && getsockname(listener, $0, &size) == 0
            }
        }
        try #require(isNamed && listen(listener, 4) == 0)
        let port = UInt16(bigEndian: address.sin_port)
        let program = try Program(["mask", "draw", "rtsp://user:secret@127.0.0.1:\(port)/cam"])
        // It has come that far.
        let caller = accept(listener, nil, nil)
        defer { close(caller) }
        program.send(SIGTERM)
        let outcome = try program.finish()
        #expect(outcome.exited && outcome.status == 0 && outcome.text.isEmpty, "\(outcome.status) \(outcome.errors)")
        #expect(!outcome.errors.contains("secret"))
    }
}

extension DaemonRig {
    /// Waits until the worker has told how large a stream's pictures are.
    fileprivate func waitForPicture(of stream: String, _ size: String) throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while try !ctl("show", stream).text.contains(size) {
            try #require(.now < deadline, "stream \(stream) shows no picture of \(size)")
            usleep(50_000)
        }
    }
}
