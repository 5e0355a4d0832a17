import Foundation
import Testing

/// Recordings, killed and started again.
@Suite("Recording pipelines", .timeLimit(.minutes(10)))
struct RecordingPipelineTests {
    @Test(
        "a camera is recorded to files that each play, with its own sound; a kill costs nothing, a restart overwrites nothing",
        arguments: [("live", "aac"), ("telephone", "pcm_mulaw")])
    func files(source: String, codec: String) throws {
        try withFolder { folder in
            let server = try RTSPServer(in: folder)
            let knobs = [
                "url": server.address(source), "output": "\(folder)/camera-%Y%m%d-%H%M%S.mkv", "seconds": "2",
            ]
            let killed = try play("rtsp-to-files", knobs)
            try eventually("a second file with something in it") {
                let files = try names(in: folder, "mkv").sorted()
                return files.count == 2 && size(of: "\(folder)/\(files[1])") > 20_000
            }
            killed.send(SIGKILL)
            #expect(try !killed.finish().exited)
            let before = try contents(of: folder)
            #expect(before.count == 2)
            for name in before.keys.sorted() {
                let file = try PlayedFile("\(folder)/\(name)")
                #expect(file.frames >= 10 && file.soundFrames > 0 && file.audio?.codecName == codec, "\(name)")
            }

            let again = try play("rtsp-to-files", knobs)
            try eventually("files beside the earlier ones") { try names(in: folder, "mkv").count >= 4 }
            let outcome = try again.drain()
            #expect(outcome.isComplete, "\(outcome.errors)")
            let after = try contents(of: folder)
            var frames = 0
            for (name, bytes) in after {
                if let earlier = before[name] {
                    #expect(bytes == earlier, "\(name) was changed")
                } else {
                    frames += try PlayedFile("\(folder)/\(name)").frames
                }
            }
            #expect(frames == outcome.counter("frames-out"), "every frame is in one of the files")
            server.stop()
        }
    }

    @Test("so many recordings are kept as it is told, those of an earlier run included")
    func kept() throws {
        try withFolder { folder in
            let server = try RTSPServer(in: folder)
            for number in 1...3 { try Data().write(to: URL(filePath: "\(folder)/camera-0000\(number).mkv")) }
            let program = try play(
                "rtsp-to-files",
                [
                    "url": server.address("silent"), "output": "\(folder)/camera-%05d.mkv", "seconds": "2", "keep": "2",
                ])
            try eventually("the second new file") { try names(in: folder, "mkv").contains("camera-00005.mkv") }
            #expect(try names(in: folder, "mkv") == ["camera-00004.mkv", "camera-00005.mkv"])
            #expect(try program.drain().isComplete)
            server.stop()
        }
    }

    @Test(
        "a camera's recording plays after a kill, and is not overwritten by the next; the camera is a test picture here"
    )
    func camera() throws {
        try withFolder { folder in
            let text = try String(contentsOfFile: "\(pipelines)/v4l2.pipeline", encoding: .utf8)
            let device = "v4l2src device=${device:/dev/video0}"
            try #require(text.contains(device))
            let (path, output) = ("\(folder)/camera.pipeline", "\(folder)/film.mkv")
            try Data(text.replacingOccurrences(of: device, with: "videotestsrc is-live=true pattern=ball").utf8)
                .write(to: URL(filePath: path))
            let words = [
                "run", "-v", "--json", path, "output=\(output)", "width=192", "height=108", "mask=rect:20,20,30,20",
                "weights=\(WorkerProgram.weights)",
            ]
            let killed = try Program(words)
            try eventually("a second of film") { size(of: output) > 20_000 }
            killed.send(SIGKILL)
            #expect(try !killed.finish().exited)
            #expect(try PlayedFile(output).frames >= 10)
            let before = size(of: output)

            let again = try Program(words)
            try eventually("another second") { size(of: "\(folder)/film-2.mkv") > 20_000 }
            let outcome = try again.drain()
            #expect(outcome.isComplete, "\(outcome.errors)")
            #expect(try PlayedFile("\(folder)/film-2.mkv").frames == outcome.counter("frames-out"))
            #expect(size(of: output) == before)
        }
    }

    @Test("what cannot be recorded is told before anything is opened")
    func refusals() throws {
        try withFolder { folder in
            let start = "videotestsrc ! x264enc ! h264parse ! "
            for (sink, status, words) in [
                ("splitmuxsink location=\(folder)/no/a%05d.mp4", Int32(73), "the folder \(folder)/no cannot be used"),
                ("splitmuxsink location=\(folder)/a%q.mp4", 64, "here is something else"),
                ("splitmuxsink location=\(folder)/%Y/a.mp4", 64, "only a file's name can hold %"),
                ("splitmuxsink", 64, "it is not set which file it shall use"),
                ("hlssink2 location=\(folder)/no/s%05d.ts playlist-location=\(folder)/p.m3u8", 73, "cannot be used"),
                ("hlssink2 location=\(folder)/s%05d.ts playlist-location=\(folder)/no/p.m3u8", 73, "cannot be used"),
                ("hlssink2 location=\(folder)/s.ts", 64, "hold no number"),
                ("shmsink socket-path=\(folder)/no/s", 73, "cannot be used"),
            ] {
                let outcome = try Program.run("run", "--launch", start + sink)
                #expect(outcome.exited && outcome.status == status, "\(sink): \(outcome.errors)")
                #expect(outcome.errors.contains(words), "\(sink): \(outcome.errors)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    /// The recordings of a folder, byte for byte.
    private func contents(of folder: String) throws -> [String: Data] {
        try names(in: folder, "mkv").reduce(into: [:]) { files, name in
            files[name] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
        }
    }
}
