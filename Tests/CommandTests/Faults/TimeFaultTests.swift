import Daemon
import Foundation
import Testing

/// Sources whose frames have no time, or always the same.
@Suite("Frames without a time of their own", .timeLimit(.minutes(2)))
struct TimeFaultTests {
    @Test("frames without a time are repaired and counted like others; a muxer that cannot write them is one fault")
    func withoutTime() throws {
        try withFolder { folder in
            let frames = "\(folder)/frames"
            let drawn = try Program.run(
                "run", "-q", "--launch",
                "videotestsrc num-buffers=20 ! video/x-raw,format=GRAY8,width=64,height=48 ! filesink location=${o}",
                "o=\(frames)")
            try #require(drawn.status == 0, "\(drawn.errors)")
            // Without a rate only the first frame gets a time.
            let source =
                "filesrc location=${frames} ! rawvideoparse format=gray8 width=64 height=48 framerate=0/1"
                + " ! inpaint name=stage mask=rect:8,8,16,8 weights=${weights}"
            let plain = try WorkerProgram(text: source + " ! fakesink", knobs: ["frames": frames]).finish()
            #expect(plain.hasEnded && plain.isBalanced, "\(plain.reports)")
            #expect(plain.counter("frames-out") == 20 && plain.counter("frames-repaired") == 20)

            let output = "\(folder)/out.mp4"
            let muxed = try WorkerProgram(
                text: source + " ! videoconvert ! x264enc ! h264parse ! mp4mux ! filesink location=${output}",
                knobs: ["frames": frames, "output": output]
            ).finish()
            #expect(muxed.faults.count == 1 && muxed.fault?.reason == .data, "\(muxed.reports)")
            #expect(muxed.isBalanced, "\(muxed.stage?.counters ?? [:])")
        }
    }
}
