import Evaluation
import Foundation
import Frames
import Testing

@Suite struct EvaluateCommandTests {
    private static let size = (width: 144, height: 96)
    private static let frames = 9

    /// A folder with `clips/ball.zip`, made by programs that are not ours, and its frames beside it.
    private func withClips(_ body: (String) throws -> Void) throws {
        try withFolder { folder in
            for name in ["clips", "frames"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name)", withIntermediateDirectories: false)
            }
            let made = try Program.run(
                "run", "-q", "--launch",
                "videotestsrc num-buffers=\(Self.frames) pattern=smpte horizontal-speed=3 ! videoconvert"
                    + " ! video/x-raw,format=RGB,width=\(Self.size.width),height=\(Self.size.height)"
                    + " ! pngenc ! multifilesink location=${to}",
                "to=\(folder)/frames/%05d.png")
            try #require(made.status == 0, "\(made.errors)")
            try zip("ball", in: folder)
            try body(folder)
        }
    }

    private func zip(_ name: String, in folder: String) throws {
        let zipped = try Child(
            ["python3", "-m", "zipfile", "-c", "\(folder)/clips/\(name).zip"]
                + FileManager.default.contentsOfDirectory(atPath: folder + "/frames").sorted().map {
                    "\(folder)/frames/\($0)"
                }
        ).finish()
        try #require(zipped.status == 0, "\(zipped.errors)")
    }

    @Test("the fill that is measured is the fill that run writes, byte by byte", arguments: ["memory", "window"])
    func sameAsRun(session: String) throws {
        try withClips { folder in
            let box = Rectangle(x: 48, y: 30, width: 40, height: 24)
            let run = try Program.run(
                "run", "-q", "--launch",
                "multifilesrc location=${from} caps=image/png,framerate=25/1 ! pngdec ! videoconvert"
                    + " ! video/x-raw,format=RGB ! inpaint mask=rect:\(box.x),\(box.y),\(box.width),\(box.height)"
                    + " session=\(session) region=auto grow=0 feather=0 ! filesink location=${to}",
                "from=\(folder)/frames/%05d.png", "to=\(folder)/raw")
            try #require(run.status == 0, "\(run.errors)")
            let expected = [UInt8](try #require(FileManager.default.contents(atPath: "\(folder)/raw")))

            let clip = try Dataset(clips: "\(folder)/clips", masks: nil).clip("ball")
            var settings = StageSettings()
            for setting in ["session=\(session)", "region=auto", "grow=0", "feather=0"] { try settings.add(setting) }
            let pixels = (0..<Self.size.width * Self.size.height).map { pixel -> UInt8 in
                let (x, y) = (pixel % Self.size.width, pixel / Self.size.width)
                return x >= box.x && x < box.right && y >= box.y && y < box.bottom ? 1 : 0
            }
            let hole = Mask(width: Self.size.width, height: Self.size.height, pixels: pixels)
            let filled = try StageFill(name: "network", settings: settings)
                .fill(clip.frames, holes: Array(repeating: hole, count: clip.frames.count))
            #expect(clip.frames.count == Self.frames)
            #expect(filled.frames.flatMap(\.pixels) == expected)
            #expect(clip.frames.flatMap(\.pixels) != expected)
        }
    }

    @Test("a table on standard output, progress on standard error, and the same as JSON")
    func table() throws {
        try withClips { folder in
            let table = try Program.run(
                "evaluate", "--clips", "\(folder)/clips", "--fill", "network", "telea", "--mask", "logo", "centre")
            try #require(table.status == 0, "\(table.errors)")
            let lines = table.text.split(separator: "\n").map(String.init)
            #expect(lines[0] == "stage session=memory region=auto grow=0 feather=0; all frames")
            #expect(lines.count == 2 + 4 + 6 + 1)
            #expect(lines[12].wholeMatch(of: /masks SHA-256 [0-9a-f]{64}/) != nil)
            #expect(table.errors.contains("3 of 4: ball, centre, telea"))

            let json = try Program.run(
                "evaluate", "-q", "--json", "--clips", "\(folder)/clips", "--fill", "network", "telea", "--mask",
                "logo",
                "centre", "--set", "neighbors=3", "--every", "2", "--sheets", "\(folder)/sheets")
            try #require(json.status == 0, "\(json.errors)")
            #expect(json.errors.isEmpty)
            let object = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
            #expect(object["masks_sha256"] as? String == String(lines[12].suffix(64)))
            #expect((object["stage"] as? [String])?.last == "neighbors=3")
            let rows = try #require(object["rows"] as? [[String: Any]])
            #expect(rows.count == 4 && (object["means"] as? [[String: Any]])?.count == 6)
            #expect(
                Set(rows[0].keys) == [
                    "clip", "mask", "fill", "frames", "measured_frames", "hole_pixels", "psnr", "ssim", "sharpness",
                    "warp_error", "warp_error_truth", "warp_ratio", "seconds_per_frame",
                ])
            #expect(rows[0]["measured_frames"] as? Int == 5)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/sheets").count == 4)
        }
    }

    @Test("what cannot be measured is told in one line, and by the exit status")
    func refusals() throws {
        try withClips { folder in
            let clips = "\(folder)/clips"
            func refusal(_ arguments: String..., expecting status: Int32) throws -> String {
                let outcome = try Program(["evaluate", "-q"] + arguments).finish()
                #expect(outcome.status == status, "\(outcome.errors)")
                #expect(outcome.text.isEmpty)
                #expect(status == 64 || outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
                return outcome.errors
            }
            #expect(try refusal("--clips", "\(folder)/nowhere", expecting: 66).contains("cannot be opened"))
            #expect(try refusal("--clips", "\(folder)/frames", expecting: 66).contains("holds no zip archive"))
            #expect(try refusal("--clips", clips, "--clip", "bat", expecting: 66).contains("bat: is no clip of"))
            #expect(try refusal("--clips", clips, "--mask", "hole", expecting: 64).contains("expected logo, subtitle"))
            #expect(try refusal("--clips", clips, "--mask", "moving", expecting: 64).contains("give --masks"))
            #expect(
                try refusal("--clips", clips, "--masks", clips, "--clip", "ball", "--mask", "moving", expecting: 66)
                    .contains("has object masks of no other clip"))
            #expect(try refusal("--clips", clips, "--set", "=", expecting: 64).contains("\"=\": expected name=value"))
            #expect(try refusal("--clips", clips, "--region", "0,0,0", expecting: 64).contains("region"))
            #expect(try refusal("--clips", clips, "--set", "speed=3", expecting: 64).contains("is no property"))
            #expect(try refusal("--clips", clips, "--every", "0", expecting: 64).contains("expected 1 to 1000000"))
            #expect(
                try refusal("--clips", clips, "--weights", "\(folder)/none.pth", expecting: 66).contains("none.pth"))
            #expect(
                try refusal("--clips", clips, "--sheets", "\(folder)/no/where", expecting: 73).contains(
                    "cannot be created"))
            try FileManager.default.removeItem(atPath: "\(folder)/frames/00004.png")
            try zip("gap", in: folder)
            #expect(
                try refusal("--clips", clips, "--clip", "gap", expecting: 65).contains("number 4 is missing"))
            try Data("PK\u{3}\u{4}nothing".utf8).write(to: URL(filePath: "\(clips)/cut.zip"))
            #expect(
                try refusal("--clips", clips, "--clip", "cut", expecting: 65).contains("is a zip file without its end"))
        }
    }
}
