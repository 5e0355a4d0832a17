import Foundation
import Testing

@Suite struct StageErrorTests {
    private static let weights = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "InpaintingTests/Fixtures/Weights").path

    @Test("what the stage cannot use is told in one line, and an earlier output stays as it was")
    func refused() throws {
        try withFolder { folder in
            let truncated = "\(folder)/truncated.safetensors"
            let tiny = try #require(FileManager.default.contents(atPath: "\(Self.weights)/tiny.safetensors"))
            try tiny.prefix(tiny.count / 2).write(to: URL(filePath: truncated))
            let empty = "\(folder)/empty.pth"
            try Data().write(to: URL(filePath: empty))
            let output = "\(folder)/out.y4m"
            let old = Data("an earlier output".utf8)
            let cases: [(property: String, value: String, status: Int32, words: String)] = [
                ("mask", #filePath, 65, "StageErrorTests.swift"),
                ("mask", "\(folder)/my-logo.png", 66, "my-logo.png: no such file"),
                ("mask", "rect:1,2,3", 64, "column 11"),
                ("mask", "rect:-\(String(repeating: "9", count: 400)),0,9,9", 64, "column 6"),
                ("mask", "a\nb\u{1b}[31m", 66, "a\\nb\\u{1B}[31m: no such file"),
                ("weights", "\(folder)/none.pth", 66, "none.pth: cannot be opened"),
                ("weights", truncated, 65, "truncated.safetensors"),
                ("weights", empty, 65, "empty.pth"),
                ("weights", #filePath, 65, "is neither a .safetensors file nor a PyTorch checkpoint"),
                ("weights", "\(Self.weights)/evil.zip.pth", 65, "names os.system"),
                ("weights", "\(Self.weights)/evil.stream.pth", 65, "names os.system"),
                ("grids", "2x", 64, "grids: \"2x\" is no grid"),
                ("region", "1,2,3", 64, "region: \"1,2,3\""),
            ]
            for (property, value, status, words) in cases {
                try old.write(to: URL(filePath: output))
                let outcome = try Program.run(
                    "run", "--launch",
                    "videotestsrc num-buffers=3 ! video/x-raw,width=64,height=48"
                        + " ! inpaint \(property)=${value} ! y4menc ! filesink location=${output}",
                    "value=\(value)", "output=\(output)")
                #expect(outcome.exited && outcome.status == status, "\(property)=\(value): \(outcome.errors)")
                #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
                #expect(outcome.errors.contains(words), "\(outcome.errors)")
                #expect(FileManager.default.contents(atPath: output) == old, "\(property)=\(value)")
            }
        }
    }

    @Test("a file named like a subtraction is that file")
    func namedLikeASubtraction() throws {
        try withFolder { folder in
            let mask = "\(folder)/my-logo.png"
            let drawn = try Program.run(
                "run", "-q", "--launch", "videotestsrc pattern=white num-buffers=1 ! pngenc ! filesink location=${o}",
                "o=\(mask)")
            #expect(drawn.status == 0)
            let outcome = try Program.run(
                "run", "--json", "--launch",
                "videotestsrc num-buffers=2 ! video/x-raw,width=64,height=48 ! inpaint mask=${mask} ! fakesink",
                "mask=\(mask)")
            #expect(outcome.counter("frames-repaired") == 2, "\(outcome.errors)")
        }
    }

    @Test("a stage without a mask passes frames on and says so once")
    func withoutMask() throws {
        let outcome = try Program.run("run", "--launch", "videotestsrc num-buffers=5 ! inpaint ! fakesink")
        #expect(outcome.status == 0)
        let notices = outcome.errors.split(separator: "\n").filter { $0.contains("inpaint0: no mask is set") }
        #expect(notices.count == 1, "\(outcome.errors)")
    }

    @Test("a frame that lasts for ages makes a latency that lasts for ever")
    func longFrames() throws {
        let outcome = try Program.run(
            "run", "--json", "--launch",
            "videotestsrc num-buffers=3 ! video/x-raw,width=64,height=48,framerate=1/2147483647"
                + " ! inpaint mask=rect:10,10,10,10 ! fakesink")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.counter("frames-out") == 3)
    }

    @Test("nothing that is said gets into a file when the standard streams are closed")
    func closedStreams() throws {
        try withFolder { folder in
            let output = "\(folder)/out.y4m"
            let arguments = [
                "run", "-v", "--launch",
                "videotestsrc num-buffers=2 ! video/x-raw,format=I420,width=64,height=48 ! inpaint ! y4menc"
                    + " ! filesink location=${o}", "o=\(output)",
            ]
            let shell = ["/bin/sh", "-c", "exec \"$0\" \"$@\" <&- >&- 2>&-"]
            #expect(try Program(arguments, launcher: shell).finish().status == 0)
            let film = try #require(FileManager.default.contents(atPath: output))
            #expect(film.starts(with: Data("YUV4MPEG2".utf8)))
        }
    }
}
