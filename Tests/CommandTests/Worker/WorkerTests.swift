import Daemon
import Foundation
import Frames
import Testing

@Suite("inpaintd worker", .timeLimit(.minutes(2)))
struct WorkerTests {
    /// What comes after live frames for a Matroska recording.
    private static let recording =
        " ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! matroskamux ! filesink location=${output}"

    @Test("a film is played to its end, and every frame is counted and measured")
    func film() throws {
        try withFolder { folder in
            let (input, output) = ("\(folder)/in.mp4", "\(folder)/out.mp4")
            try Film.make(input, muxer: "mp4mux", encoder: "avenc_aac")
            let outcome = try WorkerProgram(
                StreamConfiguration(
                    name: "film", source: .file("\(pipelines)/file.pipeline"),
                    knobs: [
                        "input": "in.mp4", "mask": "rect:20,20,8,8", "output": "out.mp4",
                        "weights": WorkerProgram.weights,
                    ], folder: folder)
            ).finish()
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            #expect(outcome.hasEnded && outcome.faults.isEmpty)
            #expect(outcome.reports.contains(.started(isLive: false)))
            #expect(outcome.reports.event("linked")?.contains("audio/mpeg") == true)
            let frames = UInt64(Film.frames)
            for counter in ["frames-in", "frames-out", "frames-repaired"] {
                #expect(outcome.counter(counter) == frames, "\(counter)")
            }
            let stage = try #require(outcome.stage)
            #expect(stage.latency.counts.reduce(0, +) == frames && stage.latency.sum > 0)
            #expect(stage.inference.counts.reduce(0, +) == frames && stage.inference.sum > 0)
            #expect(stage.queued == 0 && stage.held == 0 && stage.sinceLastFrame != nil)
            #expect(stage.width == 96 && stage.height == 64)
            #expect(try probe(output) == Film.frames)
        }
    }

    @Test("a source that ends is no live one because its sink keeps the time")
    func timedSink() throws {
        let text =
            "videotestsrc num-buffers=10 ! inpaint ! tee name=t ! queue ! fakesink sync=true t. ! queue ! fakesink"
        let outcome = try WorkerProgram(text: text).finish()
        #expect(outcome.reports.contains(.started(isLive: false)))
        #expect(outcome.hasEnded && outcome.faults.isEmpty, "\(outcome.faults)")
    }

    @Test("progress comes while it plays: frames, memory, threads, descriptors")
    func progress() throws {
        let worker = try WorkerProgram(text: "\(WorkerProgram.live) ! fakesink")
        let reports = try worker.wait(for: "three reports of progress") { reports in
            reports.filter { if case .progress = $0 { true } else { false } }.count >= 3 ? reports : nil
        }
        worker.send(.drain)
        let outcome = try worker.finish()
        #expect(reports.contains(.started(isLive: true)))
        var counts: [UInt64] = []
        for case .progress(let progress) in outcome.reports {
            counts.append(progress.stages.first?.counters["frames-in"] ?? 0)
            #expect(progress.residentMemory > 1 << 20 && progress.threads > 3 && progress.descriptors > 3)
            #expect(progress.stages.map(\.element) == ["stage"])
        }
        #expect(counts == counts.sorted() && Set(counts).count >= 3, "\(counts)")
    }

    @Test(
        "a drain that is asked for, and SIGTERM, leave a film with every frame that went in", arguments: [false, true])
    func drain(bySignal: Bool) throws {
        try withFolder { folder in
            let output = "\(folder)/out.mkv"
            let worker = try WorkerProgram(text: WorkerProgram.live + Self.recording, knobs: ["output": output])
            try worker.wait(for: "frames-out", toReach: 10)
            if bySignal { worker.kill(SIGTERM) } else { worker.send(.drain) }
            let outcome = try worker.finish()
            #expect(outcome.status == 0 && outcome.hasEnded && outcome.faults.isEmpty, "\(outcome.reports)")
            #expect(outcome.reports.event("draining") != nil)
            let frames = try #require(outcome.counter("frames-in"))
            #expect(frames >= 10 && outcome.counter("frames-out") == frames)
            #expect(try probe(output) == Int(frames))
        }
    }

    @Test("a supervisor that is gone ends it, and its film is complete")
    func orphan() throws {
        try withFolder { folder in
            let output = "\(folder)/out.mp4"
            let worker = try WorkerProgram(
                text: WorkerProgram.live
                    + " ! x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! mp4mux ! filesink location=${output}",
                knobs: ["output": output])
            try worker.wait(for: "frames-out", toReach: 10)
            worker.leave()
            #expect(try worker.finish().status == 0)
            #expect(try probe(output) >= 10)
        }
    }

    @Test("a stream that cannot end is ended by force in time, and says so")
    func stuck() throws {
        // It holds its one frame for ten minutes.
        let worker = try WorkerProgram(
            text: "videotestsrc is-live=true ! identity sleep-time=600000000 ! inpaint ! fakesink",
            stopTimeout: .milliseconds(700))
        _ = try worker.wait(for: "the start") { $0.contains(.started(isLive: true)) ? () : nil }
        worker.kill(SIGTERM)
        let outcome = try worker.finish()
        #expect(outcome.status == 74 || outcome.status == 0)
        if outcome.status != 0 { #expect(outcome.fault?.reason == .stall) }
    }

    @Test("it is asked to end before it knows what to play")
    func early() throws {
        let worker = try WorkerProgram(text: "\(WorkerProgram.live) ! fakesink")
        worker.kill(SIGTERM)
        let outcome = try worker.finish()
        // Before the program listens to signals, they end it.
        #expect(outcome.status == 0 || outcome.status == nil)
        #expect(outcome.faults.isEmpty, "\(outcome.reports)")
    }

    @Test("it is nobody's command: hidden, and refused without a socket")
    func byHand() throws {
        let help = String(decoding: try Program.run("--help").output, as: UTF8.self)
        #expect(help.contains("bench") && !help.contains("worker"))
        let outcome = try Program(["worker"], launcher: ["/bin/sh", "-c", "exec 3<&-; exec \"$0\" \"$@\""]).finish()
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains("inpaintd serve"))
    }

    @Test("what a stage measures fits what a worker tells")
    func bounds() {
        #expect(TimeHistogram.bounds.map { Double($0.nanoseconds) / 1e9 } == DurationHistogram.bounds)
    }
}
