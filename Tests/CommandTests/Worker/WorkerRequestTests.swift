import Daemon
import Foundation
import Testing

@Suite("Requests to inpaintd worker", .timeLimit(.minutes(2)))
struct WorkerRequestTests {
    /// Live frames with nothing to repair.
    private static let unmasked =
        WorkerProgram.live.replacingOccurrences(of: "rect:20,20,8,8", with: "rect:0,0,0,0") + " ! fakesink"

    @Test("a mask is set while it plays; a bad one is refused and changes nothing; no frame is lost")
    func mask() throws {
        let worker = try WorkerProgram(text: Self.unmasked)
        try worker.wait(for: "frames-out", toReach: 5)
        #expect(try worker.set("mask", "rect:20,20,8,8") == nil)
        try worker.wait(for: "frames-repaired", toReach: 5)

        let bad = try #require(try worker.set("mask", "rect:20,20"))
        #expect(bad.contains("column 11"), "\(bad)")
        let missing = try #require(try worker.set("mask", "/nowhere/logo.png"))
        #expect(missing.contains("/nowhere/logo.png: no such file"), "\(missing)")
        let before = try worker.wait(for: "progress") { $0.lastStage?.counters["frames-repaired"] }
        try worker.wait(for: "frames-repaired", toReach: before + 20)

        worker.send(.drain)
        let outcome = try worker.finish()
        #expect(outcome.status == 0 && outcome.hasEnded)
        #expect(outcome.isBalanced && outcome.counter("frames-in") == outcome.counter("frames-out"))
        // The stage would warn of a mask that it could not use.
        #expect(outcome.reports.event("warning") == nil)
    }

    @Test("what is no element, no property, not for now or of another type is refused, and says why")
    func refusals() throws {
        let folder = FileManager.default.currentDirectoryPath
        let worker = try WorkerProgram(text: WorkerProgram.live + " ! identity name=after ! fakesink")
        try worker.wait(for: "frames-out", toReach: 1)
        let cases = [
            ("stag", "mask", "rect:0,0,1,1", "did you mean stage?"),
            ("stage", "masq", "rect:0,0,1,1", "did you mean mask?"),
            ("stage", "weights", "/none.pth", "it cannot be changed while the pipeline plays"),
            ("stage", "stats", "x", "it cannot be changed while the pipeline plays"),
            ("stage", "latency-budget", "soon", "a whole number from 0 to 10000"),
            ("stage", "latency-budget", "0 ! filesink location=spliced", "a whole number from 0 to 10000"),
            ("stage", "mask", "rect:0,0,1,1 ! filesink location=spliced", "column"),
            ("after", "name", "other", "it cannot be changed while the pipeline plays"),
        ]
        for (element, property, value, words) in cases {
            let refusal = try #require(try worker.set(property, value, of: element), "\(property)=\(value)")
            #expect(refusal.contains(words), "\(refusal)")
        }
        #expect(try worker.set("latency-budget", "200") == nil)
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/spliced"))
        worker.send(.drain)
        let outcome = try worker.finish()
        #expect(outcome.hasEnded && outcome.isBalanced)
    }

    @Test("the graph shows the pipeline as it plays")
    func graph() throws {
        let worker = try WorkerProgram(text: WorkerProgram.live + " ! fakesink name=drop")
        try worker.wait(for: "frames-out", toReach: 1)
        let graph = try #require(try worker.graph())
        #expect(graph.hasPrefix("digraph") && graph.contains("stage") && graph.contains("drop"))
        worker.send(.drain)
        #expect(try worker.finish().hasEnded)
    }

    @Test("a second stream is refused with a warning, and the first plays on")
    func secondStream() throws {
        let worker = try WorkerProgram(text: WorkerProgram.live + " ! fakesink")
        worker.send(.play(StreamConfiguration(name: "other", source: .text("videotestsrc ! fakesink"))))
        _ = try worker.wait(for: "a warning") { $0.event("warning") }
        try worker.wait(for: "frames-out", toReach: 5)
        worker.send(.drain)
        #expect(try worker.finish().hasEnded)
    }
}
