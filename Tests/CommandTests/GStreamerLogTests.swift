import Daemon
import Foundation
import Testing

/// GStreamer's debug log, as the program tells it.
@Suite("GStreamer's debug log") struct GStreamerLogTests {
    private static let frames =
        "videotestsrc num-buffers=5 ! video/x-raw,width=64,height=48 ! inpaint mask=rect:8,8,8,8"
    private static let text = frames + " ! fakesink name=last"

    @Test("run tells the lines that GST_DEBUG asks for, in its own words and without passwords")
    func run() throws {
        let arguments = [
            "run", "--launch", "\(Self.frames) ! intervideosink channel=${pw}", "pw=open-sesame",
        ]
        let wanted = "*:3,GST_ELEMENT_FACTORY:5"
        let outcome = try Program(arguments, environment: ["GST_DEBUG": wanted]).finish()
        #expect(outcome.status == 0)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("inpaintd: ") }, "\(lines.first { !$0.hasPrefix("inpaintd: ") } ?? "")")
        #expect(outcome.errors.contains("inpaintd: GStreamer: DEBUG GST_ELEMENT_FACTORY"), "\(lines.prefix(5))")
        #expect(!outcome.errors.contains("open-sesame"))
        let quiet = try Program(arguments + ["-q"], environment: ["GST_DEBUG": "*:4"]).finish()
        #expect(quiet.errors.isEmpty, "\(quiet.errors.prefix(200))")
    }

    @Test("without GST_DEBUG nothing of it is told, and with GST_DEBUG_FILE it goes there")
    func file() throws {
        try withFolder { folder in
            let plain = try Program(["run", "--launch", Self.text], environment: ["GST_DEBUG": ""]).finish()
            #expect(plain.status == 0 && !plain.errors.contains("GStreamer:"), "\(plain.errors)")
            let environment = ["GST_DEBUG": "GST_STATES:4", "GST_DEBUG_FILE": "\(folder)/log"]
            let outcome = try Program(["run", "--launch", Self.text], environment: environment).finish()
            #expect(outcome.status == 0 && !outcome.errors.contains("GStreamer:"), "\(outcome.errors)")
            #expect(try String(contentsOfFile: "\(folder)/log", encoding: .utf8).contains("GST_STATES"))
        }
    }

    @Test("a worker tells what gst-debug asks for, with category and element, and no more than can be read")
    func worker() throws {
        var stream = StreamConfiguration(
            name: "test",
            source: .text("rtspsrc name=door location=${url} ! decodebin ! inpaint ! fakesink"),
            knobs: ["url": "rtsp://me:swordfish@127.0.0.1:1/x"], secrets: ["swordfish"])
        stream.gstDebug = "rtspsrc:5"
        let outcome = try WorkerProgram(stream).finish()
        let lines = outcome.reports.compactMap { report -> String? in
            if case .event("log", let detail) = report { detail } else { nil }
        }
        #expect(lines.contains { $0.hasPrefix("GStreamer: DEBUG rtspsrc door: ") }, "\(lines)")
        #expect(!"\(outcome.reports)".contains("swordfish") && outcome.errors.isEmpty, "\(outcome.errors)")

        stream.source = .text("videotestsrc num-buffers=75 ! inpaint ! fakesink sync=true")
        stream.knobs = [:]
        stream.gstDebug = "*:9"
        let flood = try WorkerProgram(stream).finish()
        let told = flood.reports.count { if case .event("log", _) = $0 { true } else { false } }
        #expect(flood.hasEnded && told > 10 && told < 2000, "\(told)")
        #expect("\(flood.reports)".contains("more lines within a second are left out"))
    }
}
