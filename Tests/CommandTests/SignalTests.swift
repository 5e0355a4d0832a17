import Foundation
import Testing

@Suite("inpaintd run and signals", .timeLimit(.minutes(1)))
struct SignalTests {
    private static let picture = "videotestsrc pattern=ball ! video/x-raw,format=I420,width=96,height=64,framerate=25/1"

    /// Starts the program with no signal, or both, blocked: whoever starts it decides that.
    private static func launcher(blocking isBlocked: Bool) -> [String] {
        let set = isBlocked ? "POSIX::SigSet->new(SIGINT, SIGTERM)" : "POSIX::SigSet->new"
        return ["/usr/bin/perl", "-MPOSIX", "-e", "sigprocmask(SIG_SETMASK, \(set)); exec @ARGV"]
    }

    @Test(
        "a signal while an MP4 is recorded leaves every frame that went in", arguments: [SIGTERM, SIGINT],
        [false, true])
    func drain(signal: Int32, isBlocked: Bool) throws {
        try withFolder { folder in
            let output = "\(folder)/out.mp4"
            let text =
                "\(Self.picture) ! inpaint mask=rect:20,20,8,8 ! x264enc tune=zerolatency speed-preset=ultrafast"
                + " ! h264parse ! mp4mux ! filesink location=${o}"
            let program = try Program(
                ["run", "-v", "--json", "--launch", text, "o=\(output)"],
                launcher: Self.launcher(blocking: isBlocked))
            try program.wait(for: "inpaintd: playing")
            program.send(signal)
            let outcome = try program.finish()
            #expect(outcome.exited && outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.summary["outcome"] as? String == "drained")
            let frames = try #require(outcome.counter("frames-in"))
            #expect(frames > 0)
            #expect(outcome.counter("frames-out") == frames)
            #expect(try Film.countFrames(of: output) == frames)
        }
    }

    @Test("a second signal aborts a stream that does not end", arguments: [SIGTERM, SIGINT])
    func abort(signal: Int32) throws {
        // It holds its one frame for ten minutes.
        let text = "\(Self.picture) ! identity sleep-time=600000000 ! fakesink"
        let program = try Program(["run", "-v", "--launch", text])
        try program.wait(for: "inpaintd: starting")
        program.send(SIGTERM)
        try program.wait(for: "ending the stream")
        program.send(signal)
        let outcome = try program.finish()
        #expect(outcome.exited && outcome.status == 128 + signal)
        #expect(outcome.lastLine.contains("aborted"))
    }

    @Test("a signal before the first frame leaves nothing behind")
    func nothingYet() throws {
        try withFolder { folder in
            let output = "\(folder)/out.mp4"
            let caps = "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000"
            let text =
                "udpsrc port=0 caps=\(caps) ! rtph264depay ! avdec_h264 ! inpaint ! x264enc ! mp4mux"
                + " ! filesink location=${o}"
            let program = try Program(["run", "-v", "--launch", text, "o=\(output)"])
            try program.wait(for: "inpaintd: playing")
            program.send(SIGTERM)
            let outcome = try program.finish()
            #expect(outcome.exited && outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.lastLine == "stopped before the first frame")
            #expect(!FileManager.default.fileExists(atPath: output))
        }
    }
}
