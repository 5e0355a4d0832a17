import Daemon
import Foundation
import Testing

/// A worker whose output stays up while its source is away. The sources here end by themselves, as no live source should.
@Suite("on-loss", .timeLimit(.minutes(3)), .serialized)
struct OnLossTests {
    /// The encoder says in which format, across the cut.
    private static let picture = "video/x-raw,width=96,height=64,framerate=25/1"

    /// A live source of so many frames, white but for its repaired hole.
    private static func source(frames: Int) -> String {
        "videotestsrc is-live=true pattern=white num-buffers=\(frames) ! \(picture)"
    }

    private static let stage = " ! inpaint name=stage mask=rect:20,20,8,8 weights=${weights}"
    private static let recording =
        " ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! matroskamux name=mux"
        + " ! filesink location=${output}"

    private func worker(
        _ text: String, _ policy: StreamConfiguration.LossPolicy, slate: String? = nil, output: String? = nil,
        delay: Duration = .milliseconds(600)
    ) throws -> WorkerProgram {
        var knobs = ["weights": WorkerProgram.weights]
        if let output { knobs["output"] = output }
        return try WorkerProgram(
            StreamConfiguration(
                name: "test", source: .text(text), knobs: knobs, onLoss: policy, slate: slate,
                stopTimeout: .seconds(30), restartDelays: [delay]))
    }

    /// The times of a film's pictures, in order. Units: seconds.
    private func times(of path: String) throws -> [Double] {
        try ffprobe("frame=pts_time", of: path).compactMap { Double($0) }.sorted()
    }

    /// The mean luma of each of a film's pictures.
    private func lumas(of path: String) throws -> [Double] {
        try ffprobe("frame_tags=lavfi.signalstats.YAVG", of: "movie=\(path),signalstats", "-f", "lavfi")
            .compactMap { Double($0) }
    }

    private func losses(in reports: [WorkerReport]) -> [StreamFault] {
        reports.compactMap { if case .lost(let fault) = $0 { fault } else { nil } }
    }

    private func waitForLosses(_ count: Int, of worker: WorkerProgram) throws {
        try worker.wait(for: "\(count) losses") { losses(in: $0).count >= count ? () : nil }
    }

    @Test("while the source is away the last frame is shown, at its rate and with times that go on, over three sources")
    func hold() throws {
        try withFolder { folder in
            let output = "\(folder)/out.mkv"
            let worker = try worker(Self.source(frames: 30) + Self.stage + Self.recording, .hold, output: output)
            try waitForLosses(3, of: worker)
            worker.send(.drain)
            let outcome = try worker.finish()
            #expect(outcome.status == 0 && outcome.hasEnded && outcome.faults.isEmpty, "\(outcome.reports)")
            #expect(losses(in: outcome.reports).allSatisfy { $0.reason == .endOfStream })
            #expect(outcome.stage?.element == "stage" && outcome.isBalanced)

            let count = { UInt64(outcome.counter($0) ?? 0) }
            #expect(count("frames-in") >= 90 && count("frames-stood-in") > 20)
            let times = try times(of: output)
            #expect(UInt64(times.count) == count("frames-out") + count("frames-stood-in") - count("frames-superseded"))
            let steps = zip(times.dropFirst(), times).map { $0 - $1 }
            // Between the last still and the first frame of the next source there may be up to half a frame more or less.
            #expect(steps.allSatisfy { (0.015...0.075).contains($0) }, "\(steps)")
            #expect(try lumas(of: output).allSatisfy { $0 > 200 })
            let progress: [Bool] = outcome.reports.compactMap {
                if case .progress(let progress) = $0 { progress.isSourceLost } else { nil }
            }
            #expect(progress.contains(true) && progress.contains(false))
        }
    }

    @Test("a slate is shown instead, in the output's format and size", arguments: [true, false])
    func slate(plain: Bool) throws {
        try withFolder { folder in
            let (output, picture) = ("\(folder)/out.mkv", "\(folder)/gray.png")
            _ = try Peer.ffmpeg("-f", "lavfi", "-i", "color=0x707070:s=300x200", "-frames:v", "1", picture).finish()
            let worker = try worker(
                Self.source(frames: 30) + Self.stage + Self.recording, .slate, slate: plain ? nil : picture,
                output: output)
            try waitForLosses(2, of: worker)
            worker.send(.drain)
            let outcome = try worker.finish()
            #expect(outcome.hasEnded && outcome.faults.isEmpty, "\(outcome.reports)")
            let lumas = try lumas(of: output)
            // White frames, and then either the gray picture or the plain dark one, each converted to video's range.
            let stills = lumas.filter { $0 < 200 }
            let count = { Int(outcome.counter($0) ?? 0) }
            #expect(stills.count == count("frames-stood-in") && stills.count >= 10, "\(lumas)")
            #expect(lumas.count - stills.count == count("frames-out") - count("frames-superseded"))
            #expect(stills.allSatisfy { plain ? (25...50).contains($0) : (100...125).contains($0) }, "\(stills)")
        }
    }

    @Test("sound beside the stage goes on with gaps, and both stay together")
    func sound() throws {
        try withFolder { folder in
            let output = "\(folder)/out.mkv"
            let text =
                Self.source(frames: 30) + Self.stage + Self.recording
                + " audiotestsrc is-live=true num-buffers=52 ! audio/x-raw,rate=44100,channels=1 ! avenc_aac ! aacparse"
                + " ! queue ! mux."
            let worker = try worker(text, .hold, output: output)
            try waitForLosses(3, of: worker)
            worker.send(.drain)
            let outcome = try worker.finish()
            #expect(outcome.hasEnded && outcome.faults.isEmpty, "\(outcome.reports)")
            let sound = try ffprobe("packet=pts_time", of: output, streams: "a").compactMap { Double($0) }
            let gaps = zip(sound.dropFirst(), sound).map { $0 - $1 }.filter { $0 > 0.3 }
            #expect(sound.count > 120 && gaps.count >= 2 && sound == sound.sorted(), "\(sound)")
            #expect(try times(of: output).count > 100)
        }
    }

    @Test("a recording before the stage is kept from each source, beside the others")
    func inputRecording() throws {
        try withFolder { folder in
            let text =
                Self.source(frames: 30) + " ! tee name=t ! queue" + Self.stage + " ! fakesink"
                + " t. ! queue ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! matroskamux"
                + " ! filesink location=${output}"
            let worker = try worker(text, .hold, output: "\(folder)/in.mkv", delay: .milliseconds(1500))
            try waitForLosses(3, of: worker)
            worker.send(.drain)
            let outcome = try worker.finish()
            #expect(outcome.hasEnded && outcome.faults.isEmpty, "\(outcome.reports)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".mkv") }
            #expect(names.count >= 3, "\(names)")
            let frames = try names.map { try probe("\(folder)/\($0)") }
            #expect(frames.filter { $0 == 30 }.count >= 3, "\(frames)")
        }
    }

    @Test("what is set while it plays is set for the sources to come as well")
    func settings() throws {
        let worker = try worker(Self.source(frames: 40) + Self.stage + " ! fakesink", .hold)
        try worker.wait(for: "frames-out", toReach: 5)
        #expect(try worker.set("mask", "rect:0,0,4,4") == nil)
        try waitForLosses(1, of: worker)
        try worker.wait(for: "frames-out", toReach: 45)
        let graph = try worker.graph() ?? ""
        #expect(graph.contains("rect:0,0,4,4"), "\(graph)")
        worker.send(.drain)
        #expect(try worker.finish().hasEnded)
    }

    @Test("a drain while the source is away ends the output at once, its file complete")
    func drainWhileAway() throws {
        try withFolder { folder in
            let output = "\(folder)/out.mp4"
            let text =
                Self.source(frames: 25) + Self.stage
                + " ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! mp4mux ! filesink location=${output}"
            let worker = try worker(text, .hold, output: output, delay: .seconds(3600))
            try waitForLosses(1, of: worker)
            try worker.wait(for: "frames-stood-in", toReach: 5)
            worker.kill(SIGTERM)
            let outcome = try worker.finish()
            #expect(outcome.status == 0 && outcome.hasEnded && outcome.faults.isEmpty, "\(outcome.reports)")
            #expect(try probe(output) >= 30)
        }
    }

    @Test("an output that fails while the source is away ends the stream with its own error")
    func brokenOutput() throws {
        let text = Self.source(frames: 25) + Self.stage + " ! identity error-after=40 ! fakesink"
        let worker = try worker(text, .hold, delay: .seconds(3600))
        let outcome = try worker.finish()
        #expect(losses(in: outcome.reports).count == 1)
        #expect(outcome.faults.count == 1 && outcome.status != 0, "\(outcome.reports)")
        #expect(outcome.fault?.detail.contains("identity") == true)
    }

    @Test("a source that was never there opens no output: the stream fails as a whole")
    func neverThere() throws {
        try withFolder { folder in
            let output = "\(folder)/out.mkv"
            let text = "rtspsrc location=rtsp://127.0.0.1:1/x ! decodebin ! videoconvert" + Self.stage + Self.recording
            let outcome = try worker(text, .hold, output: output).finish()
            #expect(outcome.fault?.reason == .source && losses(in: outcome.reports).isEmpty, "\(outcome.reports)")
            #expect(!FileManager.default.fileExists(atPath: output))
        }
    }

    @Test("a source that falls silent is started again after the stall timeout")
    func silence() throws {
        // After its frames comes a source that never says anything.
        let text =
            "concat name=in" + Self.stage + " ! fakesink \(Self.source(frames: 20)) ! in."
            + " appsrc is-live=true format=time caps=\"\(Self.picture)\" ! in."
        let worker = try WorkerProgram(
            StreamConfiguration(
                name: "test", source: .text(text), knobs: ["weights": WorkerProgram.weights], onLoss: .hold,
                stallTimeout: .seconds(1), stopTimeout: .seconds(30), restartDelays: [.milliseconds(300)]))
        try waitForLosses(2, of: worker)
        worker.send(.drain)
        let outcome = try worker.finish()
        #expect(losses(in: outcome.reports).allSatisfy { $0.reason == .stall && $0.detail.hasPrefix("no frame for") })
        #expect(outcome.hasEnded && outcome.counter("frames-out") ?? 0 >= 40, "\(outcome.reports)")
    }

    @Test("a source that is not live plays as if nothing had been said, with a warning")
    func notLive() throws {
        let text = "videotestsrc num-buffers=20 ! \(Self.picture)" + Self.stage + " ! fakesink"
        let outcome = try worker(text, .slate).finish()
        #expect(outcome.status == 0 && outcome.hasEnded && outcome.counter("frames-out") == 20, "\(outcome.reports)")
        #expect(outcome.reports.event("warning")?.contains("on-loss") == true)
    }

    @Test(
        "what cannot be kept up is refused",
        arguments: [
            ("videotestsrc is-live=true ! fakesink", nil, "no inpaint element"),
            ("videotestsrc is-live=true ! inpaint", nil, "no sink behind"),
            ("videotestsrc is-live=true ! inpaint ! fakesink", "/nowhere/slate.png", "slate.png"),
        ])
    func refused(text: String, slate: String?, words: String) throws {
        let outcome = try WorkerProgram(
            StreamConfiguration(
                name: "test", source: .text(text), onLoss: slate == nil ? .hold : .slate, slate: slate)
        ).finish()
        #expect(
            outcome.fault?.reason == .pipeline && outcome.fault?.detail.contains(words) == true, "\(outcome.reports)")
    }
}
