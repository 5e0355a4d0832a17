import Daemon
import Foundation
import Glibc
import Testing

/// Recordings that lie where a stream will write.
@Suite("Earlier recordings", .timeLimit(.minutes(2)))
struct EarlierOutputTests {
    private static let film =
        "videotestsrc num-buffers=\(Film.frames) ! video/x-raw,format=I420,width=64,height=48,framerate=25/1"
        + " ! inpaint name=stage ! x264enc speed-preset=ultrafast tune=zerolatency key-int-max=4 ! h264parse"

    /// Plays a stream to its end, as a daemon's worker does.
    @discardableResult
    private func play(
        _ text: String, output: String, _ policy: StreamConfiguration.EarlierOutput = .keep, in folder: String? = nil
    ) throws -> WorkerProgram.Outcome {
        let outcome = try WorkerProgram(
            StreamConfiguration(
                name: "test", source: .text(text), earlierOutput: policy, knobs: ["output": output], folder: folder)
        ).finish()
        #expect(outcome.status == 0 && outcome.faults.isEmpty, "\(outcome.reports)")
        return outcome
    }

    private func files(of folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }

    private static let matroska = film + " ! matroskamux ! filesink location=${output}"

    @Test("a recording that is there gets its time into its name, however many there are")
    func movedAside() throws {
        try withFolder { folder in
            let output = "\(folder)/my.yard.mkv"
            #expect(try play(Self.matroska, output: output).reports.event("kept") == nil)
            var time = timespec(tv_sec: 1_767_323_045, tv_nsec: 0)
            try #require(utimensat(AT_FDCWD, output, [time, time], 0) == 0)
            let second = try play(Self.matroska, output: output)
            #expect(second.reports.event("kept") == "\(output) of before is \(folder)/my.yard.20260102T030405Z.mkv now")
            for _ in 0..<2 {
                time.tv_nsec += 1
                try #require(utimensat(AT_FDCWD, output, [time, time], 0) == 0)
                try play(Self.matroska, output: output)
            }
            let stamp = "my.yard.20260102T030405Z"
            let names = ["\(stamp)-2.mkv", "\(stamp)-3.mkv", "\(stamp).mkv", "my.yard.mkv"]
            #expect(try files(of: folder) == names)
            for name in names { #expect(try probe("\(folder)/\(name)") == Film.frames, "\(name)") }
        }
    }

    @Test("what another program still writes to is moved aside, though nothing of it is in the file yet")
    func beingWritten() throws {
        try withFolder { folder in
            let output = "\(folder)/yard.mkv"
            try #require(FileManager.default.createFile(atPath: output, contents: nil))
            let other = try FileHandle(forWritingTo: URL(filePath: output))
            try play(Self.matroska, output: output)
            try other.write(contentsOf: Data("late".utf8))
            try other.close()
            let names = try files(of: folder)
            #expect(names.count == 2 && names.last == "yard.mkv", "\(names)")
            #expect(try probe(output) == Film.frames)
            #expect(try String(contentsOfFile: "\(folder)/\(names[0])", encoding: .utf8) == "late")

            // Where nobody does, an empty file is no recording.
            try Data().write(to: URL(filePath: output))
            try play(Self.matroska, output: output)
            #expect(try files(of: folder) == names)
        }
    }

    @Test("a run that fails removes its own file only, and none that lies in its place by then")
    func replaced() throws {
        try withFolder { folder in
            let output = "\(folder)/out.mkv"
            let program = try Program([
                "run", "-v", "--launch",
                "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=25/1 ! inpaint"
                    + " ! identity error-after=50 ! matroskamux ! filesink location=\(output)",
            ])
            try eventually("the output to be there") { FileManager.default.fileExists(atPath: output) }
            try program.wait(for: "inpaintd: playing")
            try FileManager.default.moveItem(atPath: output, toPath: "\(folder)/moved.mkv")
            try Data("another's".utf8).write(to: URL(filePath: output))
            #expect(try program.finish().status != 0)
            #expect(try String(contentsOfFile: output, encoding: .utf8) == "another's")
        }
    }

    @Test("a name without a suffix, one that begins with a point, and one under the stream's folder")
    func names() throws {
        for (name, moved) in [("yard", "yard.20260102T030405Z"), (".yard", ".yard.20260102T030405Z")] {
            try withFolder { folder in
                try Data("earlier".utf8).write(to: URL(filePath: "\(folder)/\(name)"))
                let time = timespec(tv_sec: 1_767_323_045, tv_nsec: 0)
                try #require(utimensat(AT_FDCWD, "\(folder)/\(name)", [time, time], 0) == 0)
                try play(Self.matroska, output: name, in: folder)
                #expect(try files(of: folder) == [name, moved].sorted())
                #expect(FileManager.default.contents(atPath: "\(folder)/\(moved)") == Data("earlier".utf8))
            }
        }
    }

    @Test("behind a link it is the recording that moves, not the link")
    func link() throws {
        try withFolder { folder in
            let (disk, output) = ("\(folder)/disk", "\(folder)/yard.mkv")
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(atPath: output, withDestinationPath: "\(disk)/real.mkv")
            try play(Self.matroska, output: output)
            try play(Self.matroska, output: output)
            #expect(try files(of: folder) == ["disk", "yard.mkv"])
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: output) == "\(disk)/real.mkv")
            let recordings = try files(of: disk)
            #expect(recordings.count == 2 && recordings.contains("real.mkv"))
            for recording in recordings { #expect(try probe("\(disk)/\(recording)") == Film.frames) }
        }
    }

    @Test("what is to be overwritten is, and so is an empty file; what is appended to stays where it is")
    func notMoved() throws {
        try withFolder { folder in
            let output = "\(folder)/a.mkv"
            try Data().write(to: URL(filePath: output))
            try play(Self.matroska, output: output)
            try play(Self.matroska, output: output, .overwrite)
            #expect(try files(of: folder) == ["a.mkv"])
            #expect(try probe(output) == Film.frames)
            let appended =
                Self.film + " ! video/x-h264,stream-format=byte-stream ! filesink append=true location=${output}"
            try play(appended, output: "\(folder)/b.h264")
            try play(appended, output: "\(folder)/b.h264")
            #expect(try files(of: folder) == ["a.mkv", "b.h264"])
            #expect(try probe("\(folder)/b.h264") == 2 * Film.frames)
        }
    }

    @Test("a stream that has nothing to write yet keeps the earlier recording, whatever happens")
    func sourceAway() throws {
        try withFolder { folder in
            let output = "\(folder)/a.mkv"
            try play(Self.matroska, output: output)
            for _ in 0..<2 {
                let outcome = try WorkerProgram(
                    text: "rtspsrc location=rtsp://127.0.0.1:1/x ! rtph264depay ! h264parse ! avdec_h264 ! inpaint"
                        + " ! x264enc ! matroskamux ! filesink location=${output}", knobs: ["output": output]
                ).finish()
                #expect(outcome.fault?.reason == .source)
            }
            let recordings = try files(of: folder)
            #expect(recordings.count == 1, "\(recordings)")
            #expect(try probe("\(folder)/\(recordings[0])") == Film.frames)
        }
    }

    @Test("numbered files go on behind what is there")
    func numbered() throws {
        try withFolder { folder in
            let split =
                Self.film + " ! splitmuxsink muxer-factory=matroskamux max-size-time=160000000 location=${output}"
            let output = "\(folder)/yard-%03d.mkv"
            try play(split, output: output)
            let first = try files(of: folder)
            try #require(first.count > 1 && first[0] == "yard-000.mkv", "\(first)")
            try play(split, output: output)
            let all = try files(of: folder)
            #expect(all == (0..<2 * first.count).map { String(format: "yard-%03d.mkv", $0) })
            #expect(try all.map { try probe("\(folder)/\($0)") }.reduce(0, +) == 2 * Film.frames)

            let pictures = "videotestsrc num-buffers=3 ! inpaint ! pngenc ! multifilesink location=${output}"
            try play(pictures, output: "\(folder)/%d%%.png")
            let outcome = try play(pictures, output: "\(folder)/%d%%.png")
            #expect(
                outcome.reports.event("kept") == "\(folder)/%d%%.png goes on with 3, behind what is there")
            #expect(try files(of: folder).filter { $0.hasSuffix(".png") } == (0..<6).map { "\($0)%.png" })
        }
    }

    @Test("a recording that cannot be moved aside is not overwritten")
    func cannotBeMoved() throws {
        guard getuid() == 0 else {
            print("SKIPPED: only root can make a file that nobody can rename")
            return
        }
        try withFolder { folder in
            // A file that something is mounted on has its name for good.
            let (output, other) = ("\(folder)/a.mkv", "\(folder)/other")
            for path in [output, other] { try Data("earlier".utf8).write(to: URL(filePath: path)) }
            guard mount(other, output, nil, UInt(MS_BIND), nil) == 0 else {
                print("SKIPPED: nothing can be mounted here")
                return
            }
            defer { umount2(output, 2) }
            let outcome = try WorkerProgram(text: Self.matroska, knobs: ["output": output]).finish()
            #expect(outcome.faults.count == 1 && outcome.fault?.reason == .output, "\(outcome.reports)")
            #expect(outcome.fault?.detail.contains("is an earlier recording, and cannot be moved aside") == true)
            #expect(FileManager.default.contents(atPath: output) == Data("earlier".utf8))
        }
    }
}
