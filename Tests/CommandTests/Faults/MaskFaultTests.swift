import Daemon
import Foundation
import Testing

/// What goes wrong on the stage's mask pad, in pipelines that record.
@Suite("Faults of a mask stream", .timeLimit(.minutes(2)))
struct MaskFaultTests {
    private static let size = "width=96,height=64,framerate=25/1"
    private static let recording =
        " ! inpaint name=stage weights=${weights}"
        + " ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! matroskamux ! filesink location=${output} "
    private static let film =
        "videotestsrc num-buffers=60 pattern=ball ! video/x-raw,format=I420,\(size)" + recording
    private static let live = "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,\(size)" + recording

    private static func masks(_ source: String, format: String = "GRAY8", size: String = size) -> String {
        "videotestsrc pattern=white \(source) ! video/x-raw,format=\(format),\(size)"
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let masks: String
        let repaired: ClosedRange<UInt64>
    }

    @Test(
        "a film comes out whole, repaired by what masks there are",
        arguments: [
            Case(
                testDescription: "masks that end are held",
                masks: masks("num-buffers=5") + " ! stage.mask", repaired: 60...60),
            Case(
                testDescription: "masks of another size, which changes, are scaled",
                masks: "concat name=c ! stage.mask "
                    + masks("num-buffers=20", size: "width=20,height=15,framerate=25/1") + " ! c. "
                    + masks("num-buffers=20", size: "width=317,height=211,framerate=25/1") + " ! c.",
                repaired: 60...60),
            Case(
                testDescription: "masks at half the rate hold for two frames",
                masks: masks("", size: "width=96,height=64,framerate=25/2") + " ! stage.mask", repaired: 60...60),
            Case(
                testDescription: "masks that begin late leave what comes before as it is",
                masks: masks("timestamp-offset=1000000000 num-buffers=5") + " ! stage.mask", repaired: 35...36),
            Case(
                testDescription: "masks that end before the first one",
                masks: masks("num-buffers=1") + " ! identity drop-probability=1 ! stage.mask", repaired: 0...0),
        ])
    func film(_ test: Case) throws {
        try withFolder { folder in
            let output = "\(folder)/out.mkv"
            let outcome = try WorkerProgram(text: Self.film + test.masks, knobs: ["output": output]).finish()
            #expect(outcome.status == 0 && outcome.hasEnded && outcome.faults.isEmpty, "\(outcome.reports)")
            #expect(outcome.isBalanced && outcome.counter("frames-out") == 60)
            let repaired = outcome.counter("frames-repaired") ?? 99
            #expect(test.repaired.contains(repaired), "\(repaired)")
            #expect(outcome.counter("masks-missing") == 0)
            #expect(try probe(output) == 60)
        }
    }

    @Test("live masks that stop coming are missed and counted, the last one is held, and those that come again count")
    func stopAndCome() throws {
        try withFolder { folder in
            let output = "\(folder)/out.mkv"
            let worker = try WorkerProgram(
                text: Self.live + Self.masks("is-live=true") + " ! valve name=gate ! stage.mask",
                knobs: ["output": output])
            try worker.wait(for: "frames-repaired", toReach: 5)
            #expect(try worker.set("drop", "true", of: "gate") == nil)
            try worker.wait(for: "masks-missing", toReach: 10)
            #expect(try worker.set("drop", "false", of: "gate") == nil)
            // In time again: a second of frames has its masks, and more than that.
            let start = try worker.wait(for: "progress") { $0.lastStage?.counters["masks-missing"] }
            _ = try worker.wait(for: "frames with masks") { reports -> Void? in
                let counters = reports.compactMap { report in
                    if case .progress(let progress) = report { progress.stages.first?.counters } else { nil }
                }
                // Two reports between which frames came and no mask was missing.
                return zip(counters, counters.dropFirst()).contains { before, after in
                    (before["masks-missing"] ?? 0) >= start && before["masks-missing"] == after["masks-missing"]
                        && (after["frames-in"] ?? 0) > (before["frames-in"] ?? 0) + 5
                } ? () : nil
            }
            worker.send(.drain)
            let outcome = try worker.finish()
            #expect(outcome.hasEnded && outcome.faults.isEmpty && outcome.isBalanced, "\(outcome.reports)")
            // What was missing was held: no frame after the first mask went out as it came.
            let frames = try #require(outcome.counter("frames-out"))
            #expect(try #require(outcome.counter("frames-repaired")) >= frames - 5)
            #expect(try probe(output) == Int(frames))
        }
    }

    @Test(
        "live masks that are always late, and such as never come, keep no frame",
        arguments: [
            masks("is-live=true")
                + " ! queue min-threshold-time=800000000 max-size-time=0 max-size-buffers=0 max-size-bytes=0 ! stage.mask",
            "udpsrc address=127.0.0.1 port=0 caps=video/x-raw,format=GRAY8,\(size) ! stage.mask",
        ])
    func late(masks: String) throws {
        try withFolder { folder in
            let output = "\(folder)/out.mkv"
            let worker = try WorkerProgram(text: Self.live + masks, knobs: ["output": output])
            try worker.wait(for: "frames-out", toReach: 60)
            worker.send(.drain)
            let outcome = try worker.finish()
            #expect(outcome.hasEnded && outcome.faults.isEmpty && outcome.isBalanced, "\(outcome.reports)")
            let counters = try #require(outcome.stage?.counters)
            #expect(counters["masks-missing", default: 0] > 20, "\(counters)")
            if masks.hasPrefix("udpsrc") {
                // The drain ends the masks too: of the frames that come with it none is missing.
                let frames = counters["frames-in", default: 0]
                #expect(counters["frames-repaired"] == 0, "\(counters)")
                #expect(
                    (frames - min(frames, 5)...frames).contains(counters["masks-missing", default: 0]), "\(counters)")
            } else {
                #expect(counters["frames-repaired", default: 0] > 10, "\(counters)")
            }
            #expect(try probe(output) == Int(counters["frames-out", default: 0]))
        }
    }

    @Test(
        "masks that are no masks end the stream with one fault, and what was recorded plays", arguments: [false, true])
    func unusable(areBroken: Bool) throws {
        try withFolder { folder in
            let output = "\(folder)/out.mkv"
            let drawn = try Program.run(
                "run", "-q", "--launch",
                "videotestsrc num-buffers=6 pattern=white ! video/x-raw,\(Self.size) ! pngenc"
                    + " ! multifilesink location=${o}", "o=\(folder)/%02d.png")
            try #require(drawn.status == 0, "\(drawn.errors)")
            let last = URL(filePath: "\(folder)/05.png")
            var picture = try Data(contentsOf: last)
            let pixels = try #require(picture.firstRange(of: Data("IDAT".utf8))).upperBound
            picture.replaceSubrange(pixels + 4..<pixels + 24, with: [UInt8](repeating: 120, count: 20))
            try picture.write(to: last)
            let files =
                "multifilesrc location=${masks} caps=image/png,framerate=25/1 ! pngdec ! videoconvert ! stage.mask"
            let outcome = try WorkerProgram(
                text: Self.film + (areBroken ? files : Self.masks("", format: "RGB") + " ! stage.mask"),
                knobs: ["output": output].merging(areBroken ? ["masks": "\(folder)/%02d.png"] : [:]) { $1 }
            ).finish()
            #expect(outcome.status != nil && outcome.faults.count == 1 && !outcome.hasEnded, "\(outcome.reports)")
            // pngdec says nothing itself; the source says that it could not go on.
            #expect(outcome.fault?.reason == (areBroken ? .source : .pipeline), "\(outcome.faults)")
            if areBroken {
                #expect(outcome.isBalanced, "\(outcome.stage?.counters ?? [:])")
                #expect(outcome.fault?.detail.contains("multifilesrc") == true, "\(outcome.faults)")
                #expect(outcome.errors.contains("libpng error"), "\(outcome.errors)")
                if outcome.reports.event("kept") != nil { #expect(try probe(output) > 0) }
            } else {
                #expect(outcome.reports.event("kept") == nil)
            }
        }
    }
}
