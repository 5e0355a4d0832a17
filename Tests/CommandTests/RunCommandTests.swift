import Foundation
import Testing

@Suite("inpaintd run", .timeLimit(.minutes(1)))
struct RunCommandTests {
    private func repair(_ input: String, _ output: String, mask: String = "rect:20,20,8,8") throws -> Child.Outcome {
        try Program.run(
            "run", "--json", "\(pipelines)/file.pipeline", "input=\(input)", "output=\(output)", "mask=\(mask)",
            "speed=ultrafast")
    }

    @Test("a film keeps every frame, and AAC sound to the byte")
    func filmWithAAC() throws {
        try withFolder { folder in
            let (input, output) = ("\(folder)/in \"1\" ! x.mp4", "\(folder)/out 2.mp4")
            try Film.make(input, muxer: "mp4mux", encoder: "avenc_aac")
            let outcome = try repair(input, output)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.contains("audio/mpeg, mpegversion 4 goes through: aacparse"))
            #expect(outcome.counter("frames-repaired") == Film.frames)
            #expect(try Film.countFrames(of: output) == Film.frames)
            let sound = try #require(try Film.sound(of: input, in: folder))
            #expect(sound.count > 1000)
            #expect(try Film.sound(of: output, in: folder) == sound)
        }
    }

    @Test("sound that MP4 cannot carry becomes AAC, and a line names what it was")
    func filmWithVorbis() throws {
        try withFolder { folder in
            try Film.make("\(folder)/in.mkv", muxer: "matroskamux", encoder: "vorbisenc")
            let outcome = try repair("\(folder)/in.mkv", "\(folder)/out.mp4")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("audio/x-raw from audio/x-vorbis goes through: "))
            #expect(outcome.errors.contains("avenc_aac"))
            #expect(try Film.sound(of: "\(folder)/out.mp4", in: folder)?.isEmpty == false)
        }
    }

    @Test("a film without sound stays without")
    func silentFilm() throws {
        try withFolder { folder in
            try Film.make("\(folder)/in.mp4", muxer: "mp4mux", encoder: nil)
            let outcome = try repair("\(folder)/in.mp4", "\(folder)/out.mp4")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(!outcome.errors.contains("goes through"))
            #expect(try Film.countFrames(of: "\(folder)/out.mp4") == Film.frames)
        }
    }

    @Test("Matroska goes through standard input and output, with nothing else on it")
    func pipe() throws {
        try withFolder { folder in
            let (input, output) = ("\(folder)/in.mkv", "\(folder)/out.mkv")
            try Film.make(input, muxer: "matroskamux", encoder: "vorbisenc")
            let media = try #require(FileManager.default.contents(atPath: input))
            let outcome = try Program.run(
                "run", "\(pipelines)/stdio.pipeline", "mask=rect:20,20,8,8", "speed=ultrafast", input: media)
            #expect(outcome.status == 0, "\(outcome.errors)")
            try outcome.output.write(to: URL(filePath: output))
            #expect(try Film.countFrames(of: output) == Film.frames)
        }
    }

    @Test("RTP that is sent is received and decoded by another process")
    func rtp() throws {
        try withFolder { folder in
            try Film.make("\(folder)/in.mp4", muxer: "mp4mux", encoder: "avenc_aac")
            let port = Int.random(in: 20_000..<30_000)
            let caps = "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000"
            let receiver = try Program([
                "run", "-v", "--json", "--launch",
                "udpsrc port=\(port) caps=\(caps) ! rtph264depay ! avdec_h264 ! videoconvert ! inpaint ! fakesink",
            ])
            try receiver.wait(for: "inpaintd: playing")
            let sender = try Program.run(
                "run", "\(pipelines)/rtp-send.pipeline", "input=\(folder)/in.mp4", "mask=rect:20,20,8,8", "port=\(port)"
            )
            #expect(sender.status == 0, "\(sender.errors)")
            receiver.send(SIGTERM)
            let outcome = try receiver.finish()
            #expect(outcome.status == 0, "\(outcome.errors)")
            // The last packets may still be on their way when the receiver is told to end.
            #expect(try #require(outcome.counter("frames-in")) > Film.frames / 2)
        }
    }

    @Test("nothing of GStreamer is left over after a run")
    func leaks() throws {
        try withFolder { folder in
            try Film.make("\(folder)/in.mp4", muxer: "mp4mux", encoder: "avenc_aac")
            let outcome = try Program(
                [
                    "run", "\(pipelines)/file.pipeline", "input=\(folder)/in.mp4", "output=\(folder)/out.mp4",
                    "mask=rect:20,20,8,8",
                ],
                environment: ["GST_TRACERS": "leaks", "GST_DEBUG": "GST_TRACER:7,leaks:5", "GST_DEBUG_NO_COLOR": "1"]
            ).finish()
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("object-alive.class"), "the tracer was there")
            let alive = outcome.errors.split(separator: "\n")
                .filter { $0.contains("object-alive, type-name=(string)Gst") }
            #expect(alive.isEmpty, "\(alive.joined(separator: "\n"))")
        }
    }

    @Test("the test picture is made, repaired and written")
    func testPicture() throws {
        try withFolder { folder in
            let outcome = try Program.run(
                "run", "--json", "\(pipelines)/test.pipeline", "frames=7", "output=\(folder)/test.mp4")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.counter("frames-repaired") == 7)
            #expect(try Film.countFrames(of: "\(folder)/test.mp4") == 7)
        }
    }

    @Test("a live run without enough time repairs every frame, and counts how")
    func live() throws {
        let outcome = try Program.run(
            "run", "--json", "--launch",
            "videotestsrc is-live=true num-buffers=20 ! video/x-raw,format=NV12,width=320,height=240,framerate=25/1"
                + " ! inpaint mask=rect:100,100,60,40 latency-budget=1 ! fakesink sync=true")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.counter("frames-repaired") == 20)
        let rungs = ["full", "fewer-references", "smaller-region", "last-fill", "interpolation"]
        #expect(rungs.compactMap { outcome.counter("rung-\($0)") }.reduce(0, +) == 20, "\(outcome.errors)")
    }

    @Test("a reader that goes away ends the run with one line and 74")
    func closedPipe() throws {
        let gone = Pipe()
        try gone.fileHandleForReading.close()
        let outcome = try Program(
            ["run", "--launch", "videotestsrc ! fdsink fd=1"], output: gone.fileHandleForWriting
        ).finish()
        #expect(outcome.exited && outcome.status == 74)
        #expect(outcome.lastLine.contains("Broken pipe"))
    }

    @Test("an input that is cut short is told, and what there was is kept, complete")
    func cutShort() throws {
        try withFolder { folder in
            let input = "\(folder)/in.mp4"
            let text =
                "videotestsrc num-buffers=100 pattern=snow ! video/x-raw,width=96,height=64,framerate=25/1"
                + " ! x264enc speed-preset=ultrafast ! h264parse ! mp4mux faststart=true ! filesink location=${o}"
            #expect(try Program.run("run", "--launch", text, "o=\(input)").status == 0)
            let whole = try #require(FileManager.default.contents(atPath: input))
            try whole.prefix(whole.count / 2).write(to: URL(filePath: input))
            let outcome = try repair(input, "\(folder)/out.mp4", mask: "rect:0,0,0,0")
            #expect(outcome.status == 65)
            #expect(outcome.errors.contains("in.mp4: ends after"))
            let frames = try #require(try Film.countFrames(of: "\(folder)/out.mp4"))
            #expect(frames > 20 && frames < 80)
        }
    }

    @Test("an unreadable input is told, and leaves no output and an earlier one alone")
    func badInputs() throws {
        try withFolder { folder in
            let output = "\(folder)/out.mp4"
            try Data("hello".utf8).write(to: URL(filePath: "\(folder)/text.mp4"))
            try Data().write(to: URL(filePath: "\(folder)/empty.mp4"))
            for (name, status, words) in [
                ("none.mp4", Int32(66), "none.mp4: cannot be read (No such file or directory)"),
                ("text.mp4", 65, "text.mp4: "), ("empty.mp4", 65, "empty.mp4: "),
            ] {
                let outcome = try Program.run(
                    "run", "\(pipelines)/file.pipeline", "input=\(folder)/\(name)", "output=\(output)",
                    "mask=rect:0,0,1,1")
                #expect(outcome.exited && outcome.status == status, "\(name): \(outcome.errors)")
                #expect(outcome.lastLine.contains(words), "\(outcome.errors)")
                #expect(!FileManager.default.fileExists(atPath: output))
            }
            try Data("old".utf8).write(to: URL(filePath: output))
            #expect(try repair("\(folder)/none.mp4", output).status == 66)
            #expect(FileManager.default.contents(atPath: output) == Data("old".utf8))
        }
    }

    @Test("outputs that cannot be are refused before anything is opened")
    func badOutputs() throws {
        try withFolder { folder in
            let input = "\(folder)/in.mp4"
            try Film.make(input, muxer: "mp4mux", encoder: nil)
            let before = try #require(FileManager.default.contents(atPath: input))
            let missing = try repair(input, "\(folder)/no/out.mp4")
            #expect(missing.status == 73)
            #expect(missing.errors.contains("the folder \(folder)/no cannot be used"))
            let same = try repair(input, "\(folder)/../\((folder as NSString).lastPathComponent)/in.mp4")
            #expect(same.status == 64)
            #expect(same.errors.contains("input and output are one file"))
            #expect(FileManager.default.contents(atPath: input) == before)
            #expect(try repair(input, folder).status == 73)
            for mask in ["\(input)+rect:1,1,2,2", "'\(input)'", "rect:1,1,2,2+ \(input)"] {
                let isMask = try Program.run(
                    "run", "--launch", "videotestsrc ! inpaint mask=${mask} ! filesink location=${o}", "mask=\(mask)",
                    "o=\(input)")
                #expect(isMask.status == 64 && isMask.errors.contains("input and output are one file"), "\(mask)")
                #expect(FileManager.default.contents(atPath: input) == before)
            }
        }
    }

    @Test("the first error of a full disk is the one that is told")
    func fullDisk() throws {
        let outcome = try Program.run(
            "run", "--launch", "videotestsrc ! x264enc ! h264parse ! mp4mux ! filesink location=/dev/full buffer-mode=2"
        )
        #expect(outcome.status == 74)
        #expect(outcome.lastLine.contains("/dev/full: filesink0: No space left on the resource"))
    }

    @Test(
        "wrong text and wrong words are refused with 64",
        arguments: [
            ["--launch", "videotestsrc ! nosuch ! fakesink"], ["--launch", "videotestsrc nosuch=1 ! fakesink"],
            ["--launch", "audiotestsrc ! videoconvert ! fakesink"], ["--launch", "fakesrc ! filesink location=\"a b"],
            ["--launch", "fakesrc ! ${x} ! fakesink", "x=queue"], ["--launch", "fakesrc ! fakesink name=${x}", "x=1"],
            ["--launch", "fakesrc ! fakesink sync=${x}"], ["--launch", "fakesrc ! fakesink", "x=1"],
            ["--launch", "fakesrc ! filesink"], ["--launch", "fakesrc ! fakesink", "x"], [],
        ])
    func wrongText(arguments: [String]) throws {
        let outcome = try Program(["run"] + arguments).finish()
        #expect(outcome.exited && outcome.status == 64, "\(outcome.errors)")
        #expect(!outcome.errors.isEmpty)
    }

    @Test("a pipeline file that is not there is 66, and an error shows in the summary too")
    func noPipelineFile() throws {
        let outcome = try Program.run("run", "--json", "/nosuch.pipeline")
        #expect(outcome.status == 66)
        #expect(outcome.summary["status"] as? Int == 66)
        #expect((outcome.summary["error"] as? [String: Any])?["subject"] as? String == "/nosuch.pipeline")
    }
}
