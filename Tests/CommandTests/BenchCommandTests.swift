import Foundation
import Testing

@Suite("inpaintd bench", .timeLimit(.minutes(1)))
struct BenchCommandTests {
    private static let tiny = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "InpaintingTests/Fixtures/Weights/tiny.safetensors").path

    /// Runs `inpaintd bench … --json`, and takes standard output, which is to be one object and nothing else.
    private func figures(_ arguments: [String]) throws -> [String: Any] {
        let outcome = try Program(["bench"] + arguments + ["--json"]).finish()
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.split(separator: UInt8(ascii: "\n")).count == 1)
        return try #require(try JSONSerialization.jsonObject(with: outcome.output) as? [String: Any])
    }

    private func number(_ name: String, in figures: [String: Any]) throws -> Double {
        try #require((figures[name] as? NSNumber)?.doubleValue, "\(name) in \(figures.keys.sorted())")
    }

    @Test(
        "the network is what is measured where nothing else is said",
        arguments: ["memory", "window"], ["fp32", "bf16"])
    func network(session: String, precision: String) throws {
        let figures = try figures([
            "--weights", Self.tiny, "--size", "24x24", "--session", session, "--attended", "3", "--frames", "7",
            "--threads", "1", "--precision", precision,
        ])
        #expect(figures["session"] as? String == session)
        #expect(figures["precision"] as? String == precision)
        #expect(try number("width", in: figures) == 24)
        #expect(try number("height", in: figures) == 24)
        #expect(try number("attended", in: figures) == 3)
        #expect(try number("threads", in: figures) == 1)
        #expect(try number("frames", in: figures) >= 7)
        #expect(try number("max_rss_bytes", in: figures) > 1e6)
        #expect((0.001..<30).contains(try number("start_seconds", in: figures)))
        let seconds = try number("seconds_per_frame", in: figures)
        #expect(try number("seconds_per_frame_least", in: figures) <= seconds && seconds > 0)
        #expect(try number("seconds_per_frame_p90", in: figures) >= seconds)
        #expect(try number("direct_rate_gflops", in: figures) > 0)
        #expect(try number("peak_gflops", in: figures) > 1)
        #expect(try number("allocations", in: figures) == 0)
    }

    @Test("an architecture needs no file, and a person gets a table")
    func architecture() throws {
        let outcome = try Program.run(
            "bench", "network", "--architecture", "compact", "--size", "48x48", "--frames", "1",
            "--hole", "8,8,16,16")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let lines = outcome.text.split(separator: "\n")
        #expect(lines.first?.hasPrefix("random weights, 48x48, memory session, 6 frames attended, ") == true)
        #expect(lines.contains { $0.hasPrefix("  a frame ") })
    }

    @Test("kernels are measured at the level that is named, against the peak")
    func kernels() throws {
        let figures = try figures(["kernels", "--only", "3 to 64", "--level", "vector128", "--threads", "1"])
        let peak = try number("peak_gflops", in: figures)
        #expect(peak > 1)
        #expect(try number("peak_bf16_gflops", in: figures) > 1)
        let kernels = try #require(figures["kernels"] as? [[String: Any]])
        let kernel = try #require(kernels.first)
        #expect(kernels.count == 1)
        #expect((kernel["name"] as? String)?.hasPrefix("3x3 3 to 64 ") == true)
        #expect(kernel["level"] as? String == "vector128")
        #expect(kernel["precision"] as? String == "fp32")
        let (seconds, rate) = (try number("seconds", in: kernel), try number("gflops", in: kernel))
        #expect(abs(seconds * rate * 1e9 / (2 * 9 * 3 * 64 * 216 * 120) - 1) < 1e-6)
        #expect(abs(try number("share_of_peak", in: kernel) * peak / rate - 1) < 1e-6)
    }

    @Test("most of a texture that drifts past the hole is carried")
    func propagation() throws {
        let figures = try figures(["propagate", "--size", "144x96", "--hole", "60,40,20,16", "--frames", "20"])
        #expect(figures["hole"] as? [Int] == [60, 40, 20, 16])
        #expect(try number("frames", in: figures) == 20)
        let seconds = try number("seconds_per_frame", in: figures)
        #expect(try number("seconds_per_frame_least", in: figures) <= seconds && seconds > 0)
        #expect(try number("seconds_per_frame_p90", in: figures) >= seconds)
        #expect(try number("steadying_seconds_per_frame", in: figures) > 0)
        #expect((0.5...1).contains(try number("carried_share", in: figures)))
    }

    @Test("a pipeline's frames are all timed")
    func pipeline() throws {
        let figures = try figures([
            "pipeline", "--launch",
            "videotestsrc num-buffers=9 ! video/x-raw,width=96,height=64 ! inpaint name=i mask=${m} ! fakesink",
            "m=rect:8,8,8,8",
        ])
        let stage = try #require((figures["stages"] as? [[String: Any]])?.first)
        #expect(stage["element"] as? String == "i")
        #expect(try number("frames", in: stage) == 9)
        #expect(try number("frames_per_second", in: stage) > 0)
        let latencies = try ["latency_p50", "latency_p90", "latency_p99", "latency_max"].map {
            try number($0, in: stage)
        }
        #expect(latencies == latencies.sorted() && latencies[0] > 0)
        #expect((stage["counters"] as? [String: Int])?["frames-repaired"] == 9)
        let (all, own) = (
            try number("processor_seconds", in: figures), try number("stage_processor_seconds", in: figures)
        )
        #expect(own > 0 && own <= all)
        #expect((0.0...1.1).contains(try number("stage_thread_share", in: figures)))
        #expect(try number("max_rss_bytes", in: figures) > 1e6)
    }

    @Test(
        "options that cannot be are refused with one line and 64",
        arguments: [
            (["--size", "100x100"], "size: \"100x100\" is not WIDTHxHEIGHT, multiples of 48 and 48 for this network"),
            (["--size", "48"], "size: \"48\" is not"),
            (["--frames", "0"], "frames: is 0, expected 1 to 1000000"),
            (["--attended", "0"], "attended: is 0"),
            (["--threads", "1025"], "threads: is 1025"),
            (["--hole", "1,2,3"], "hole: \"1,2,3\" is not x,y,w,h of a box inside 432x240"),
            (["--hole", "430,0,8,8"], "hole: "),
            (["--architecture", "full", "--weights", "x"], "architecture: "),
            (["kernels", "--level", "sse9"], "level: \"sse9\" is neither all nor one that this processor has: "),
            (["kernels", "--only", "nothing"], "only: \"nothing\" is in no name of: "),
            (["propagate", "--size", "0x9"], "size: \"0x9\" is not WIDTHxHEIGHT, up to 8192x8192"),
            (["propagate", "--hole", "1,2"], "hole: \"1,2\" is not x,y,w,h of a box inside 192x144"),
            (["propagate", "--frames", "0"], "frames: is 0, expected 1 to 1000000"),
            (["pipeline", "--launch", "videotestsrc ! fakesink"], "--launch: it has no inpaint element to measure"),
            (
                ["pipeline", "--launch", "videotestsrc ! inpaint ! fdsink"],
                "--launch: it writes media to standard output"
            ),
            (
                ["pipeline", "--launch", "videotestsrc ! inpaint ! filesink location=/dev/stdout"],
                "--launch: it writes media to standard output"
            ),
        ])
    func refused(arguments: [String], words: String) throws {
        let outcome = try Program(["bench"] + arguments).finish()
        #expect(outcome.exited && outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.lastLine.hasPrefix("error: \(words)"), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test("a level that the environment misspells is said, and one that it does not is not")
    func strayLevel() throws {
        for (value, isStray) in [("AVX2", true), ("avx2", false), ("", false)] {
            let outcome = try Program(["bench", "nosuch"], environment: ["INPAINTD_CPU_LEVEL": value]).finish()
            #expect(outcome.errors.contains("warning: INPAINTD_CPU_LEVEL=AVX2 is none of plain, ") == isStray)
        }
    }

    @Test(
        "a choice that is none is refused with 64", arguments: [["--session", "x"], ["--threads", "x"], ["nosuch"]])
    func noSuchChoice(arguments: [String]) throws {
        let outcome = try Program(["bench"] + arguments).finish()
        #expect(outcome.exited && outcome.status == 64)
        #expect(outcome.output.isEmpty)
    }

    @Test("weights that are not there are 66")
    func missingWeights() throws {
        #expect(try Program.run("bench", "--weights", "/nosuch.pth").status == 66)
    }
}
