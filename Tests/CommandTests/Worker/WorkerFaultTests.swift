import Daemon
import Foundation
import Glibc
import Testing

@Suite("Faults that inpaintd worker tells", .timeLimit(.minutes(2)))
struct WorkerFaultTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var knobs: [String: String] = [:]
        let reason: StreamFault.Reason
        let words: String

        var testDescription: String { "\(reason.rawValue): \(words)" }
    }

    private static let frames =
        "videotestsrc num-buffers=30 ! video/x-raw,format=I420,width=96,height=64,framerate=25/1"

    @Test(
        "one fault, with the reason that its restart is counted by",
        arguments: [
            Case(text: "videotestsrc ! ! fakesink", reason: .pipeline, words: "syntax"),
            Case(text: "videotestsrc ! inpain ! fakesink", reason: .pipeline, words: "did you mean inpaint?"),
            Case(text: "filesrc location=${input} ! fakesink", reason: .pipeline, words: "the knob input is not set"),
            Case(
                text: "videotestsrc ! fakesink", knobs: ["mask": "x"], reason: .pipeline,
                words: "there is no knob mask"),
            Case(text: "\(frames) ! inpaint mask=rect:1 ! fakesink", reason: .pipeline, words: "column 7"),
            Case(
                text: "\(frames) ! inpaint weights=/none.pth ! fakesink", reason: .pipeline,
                words: "/none.pth: cannot be opened"),
            Case(
                text: "\(frames) ! inpaint latency-budget=${v} ! fakesink", knobs: ["v": "0 ! filesink location=x"],
                reason: .pipeline, words: "a whole number from 0 to 10000"),
            Case(text: "fakesrc num-buffers=3 ! inpaint ! fakesink", reason: .pipeline, words: "not-negotiated"),
            Case(
                text: "audiotestsrc num-buffers=3 ! decodebin ! inpaint ! fakesink", reason: .data,
                words: "the input has no stream for a link"),
            Case(
                text: "filesrc location=${input} ! decodebin ! inpaint ! fakesink",
                knobs: ["input": "/nowhere/in.mp4"], reason: .source, words: "/nowhere/in.mp4: cannot be read"),
            Case(
                text: "filesrc location=${input} ! decodebin ! inpaint ! fakesink",
                knobs: ["input": #filePath], reason: .data, words: "WorkerFaultTests.swift"),
            Case(
                text: "rtspsrc location=${url} ! decodebin ! inpaint ! fakesink",
                knobs: ["url": "rtsp://127.0.0.1:1/yard"], reason: .source, words: "rtspsrc"),
            Case(
                text: "\(frames) ! inpaint ! y4menc ! filesink location=${output}",
                knobs: ["output": "/nowhere/out.y4m"], reason: .output, words: "the folder /nowhere cannot be used"),
            Case(
                text: "videotestsrc is-live=true num-buffers=10 ! inpaint ! fakesink", reason: .endOfStream,
                words: "the live source ended"),
        ])
    func fault(_ test: Case) throws {
        let outcome = try WorkerProgram(text: test.text, knobs: test.knobs).finish()
        #expect(outcome.faults.count == 1 && !outcome.hasEnded, "\(outcome.reports)")
        #expect(outcome.fault?.reason == test.reason)
        #expect(outcome.fault?.detail.contains(test.words) == true, "\(outcome.fault?.detail ?? "no fault")")
        #expect(outcome.status != 0 && outcome.status != nil)
    }

    @Test("a pipeline file that is not there is the pipeline's fault")
    func missingPipeline() throws {
        let stream = StreamConfiguration(name: "test", source: .file("/nowhere/a.pipeline"))
        let fault = try WorkerProgram(stream).finish().fault
        #expect(fault?.reason == .pipeline)
        #expect(fault?.detail.contains("/nowhere/a.pipeline") == true)
    }

    @Test("a full disk is told once, as the output's fault, and what was recorded stays")
    func fullDisk() throws {
        try withFolder { folder in
            guard mount("tmpfs", folder, "tmpfs", 0, "size=256k") == 0 else {
                print("SKIPPED: only root can make a small disk")
                return
            }
            defer { umount2(folder, 2) }
            let output = "\(folder)/out.mkv"
            let worker = try WorkerProgram(
                text: "\(WorkerProgram.live) ! matroskamux ! filesink location=${output} buffer-mode=unbuffered",
                knobs: ["output": output])
            let outcome = try worker.finish()
            #expect(outcome.faults.count == 1, "\(outcome.reports)")
            #expect(outcome.fault?.reason == .output)
            #expect(outcome.fault?.detail.localizedCaseInsensitiveContains("space") == true, "\(outcome.faults)")
            #expect(outcome.isBalanced, "\(outcome.stage?.counters ?? [:])")
            #expect(outcome.reports.event("kept")?.contains(output) == true)
            #expect(try probe(output) > 10)
        }
    }

    @Test("a password is in no report and no error")
    func secretsInReports() throws {
        let (inAddress, inKnob) = ("swordfish", "correct-horse")
        let worker = try WorkerProgram(
            text: "rtspsrc location=${url} user-id=u user-pw=${pw} ! decodebin ! inpaint mask=${mask} ! fakesink",
            knobs: ["url": "rtsp://admin:\(inAddress)@127.0.0.1:1/yard", "pw": inKnob, "mask": ""], secrets: [inKnob])
        let outcome = try worker.finish()
        #expect(outcome.fault?.reason == .source, "\(outcome.reports)")
        let badMask = try WorkerProgram(
            text: "videotestsrc ! inpaint mask=${pw} ! fakesink", knobs: ["pw": inKnob], secrets: [inKnob]
        ).finish()
        #expect(badMask.fault?.detail.contains("***") == true, "\(badMask.reports)")
        for (secret, outcome) in [(inAddress, outcome), (inKnob, outcome), (inKnob, badMask)] {
            #expect(!outcome.errors.contains(secret))
            #expect(!"\(outcome.reports)".contains(secret))
        }
    }

    @Test("a password is in no argument and no environment")
    func secretsInProcess() throws {
        let secret = "correct-horse"
        let worker = try WorkerProgram(
            text: "\(WorkerProgram.live) ! intervideosink channel=${pw}", knobs: ["pw": secret], secrets: [secret])
        try worker.wait(for: "frames-out", toReach: 1)
        let seen = ["cmdline", "environ"].map { file in
            FileManager.default.contents(atPath: "/proc/\(worker.process)/\(file)").map {
                String(decoding: $0, as: UTF8.self)
            } ?? ""
        }
        worker.send(.drain)
        #expect(try worker.finish().hasEnded)
        #expect(seen[0].contains("worker") && !seen[1].isEmpty)
        #expect(seen.allSatisfy { !$0.contains(secret) })
    }
}
