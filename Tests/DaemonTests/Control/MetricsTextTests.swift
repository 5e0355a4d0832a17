import Daemon
import Frames
import Testing

@Suite struct MetricsTextTests {
    private static func read(_ streams: [StreamStatus]) throws -> PrometheusText {
        var figures = DaemonFigures(version: "1.2.3", started: 1000, now: 2000)
        figures.residentMemory = 77
        return try PrometheusText(MetricsText.text(of: streams, daemon: figures))
    }

    private static let histogram: DurationHistogram = {
        var histogram = DurationHistogram()
        for milliseconds in [1, 39, 39, 3000] { histogram.add(.milliseconds(milliseconds)) }
        return histogram
    }()

    @Test("a stream shows all that it counts")
    func stream() throws {
        let counters = Dictionary(
            uniqueKeysWithValues: StageCounters.Counter.allCases.enumerated().map { ($1.rawValue, UInt64(100 + $0)) })
        let text = try Self.read([
            StreamStatus(
                name: "cam", state: .running, restarts: [.stall: 3], worker: 5,
                progress: WorkerProgress(
                    stages: [.init(element: "fill", queued: 2, held: 6, sinceLastFrame: .milliseconds(500))],
                    residentMemory: 4096, threads: 7, descriptors: 9),
                stages: [StageTotals(element: "fill", counters: counters, latency: Self.histogram)])
        ])
        let stage = ["stream": "cam", "stage": "fill"]
        func counted(_ counter: StageCounters.Counter) -> Double? { counters[counter.rawValue].map { Double($0) } }
        #expect(text.value("inpaintd_frames_in_total", stage) == counted(.framesIn))
        #expect(text.value("inpaintd_frames_out_total", stage) == counted(.framesOut))
        #expect(text.value("inpaintd_frames_late_total", stage) == counted(.framesLate))
        #expect(text.value("inpaintd_masks_missing_total", stage) == counted(.masksMissing))
        for rung in Rung.allCases {
            let labels = stage.merging(["rung": rung.rawValue]) { $1 }
            #expect(text.value("inpaintd_frames_repaired_total", labels) == counted(rung.counter))
        }
        for (reason, counter) in [("flushed", StageCounters.Counter.framesFlushed), ("lost", .framesLost)] {
            let dropped = stage.merging(["reason": reason]) { $1 }
            #expect(text.value("inpaintd_frames_dropped_total", dropped) == counted(counter))
        }
        #expect(text.value("inpaintd_stage_queued_frames", stage) == 2)
        #expect(text.value("inpaintd_stage_held_frames", stage) == 6)
        #expect(text.value("inpaintd_last_frame_timestamp_seconds", stage) == 1999.5)
        #expect(text.value("inpaintd_worker_resident_memory_bytes", ["stream": "cam"]) == 4096)
        #expect(text.value("inpaintd_worker_threads", ["stream": "cam"]) == 7)
        #expect(text.value("inpaintd_worker_open_fds", ["stream": "cam"]) == 9)
        #expect(text.value("inpaintd_build_info", ["version": "1.2.3"]) == 1)
        #expect(text.value("process_resident_memory_bytes") == 77)
    }

    @Test("every counter that a stage has is shown, by its own family or as a label")
    func everyCounter() throws {
        for counter in StageCounters.Counter.allCases where counter != .framesRepaired {
            let stage = StageTotals(element: "fill", counters: [counter.rawValue: 12345])
            let text = try Self.read([StreamStatus(name: "cam", state: .running, stages: [stage])])
            let shown = text.families.values.flatMap(\.samples).filter { $0.value == 12345 }
            #expect(shown.count == 1, "\(counter.rawValue)")
        }
    }

    @Test("a histogram's buckets hold all that is below them, and the last one everything")
    func histograms() throws {
        let text = try Self.read([
            StreamStatus(name: "a", state: .running, stages: [StageTotals(element: "s", latency: Self.histogram)])
        ])
        let family = try #require(text.families["inpaintd_frame_latency_seconds"])
        #expect(family.kind == "histogram")
        let buckets = family.samples.filter { $0.name.hasSuffix("_bucket") }
        #expect(buckets.map { $0.labels["le"] ?? "" }.suffix(2) == ["2.56", "+Inf"])
        #expect(buckets.count == DurationHistogram.bounds.count + 1)
        #expect(buckets.map(\.value) == [1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3, 3, 4])
        let labels = ["stream": "a", "stage": "s"]
        #expect(text.value("inpaintd_frame_latency_seconds_count", labels) == 4)
        let sum = try #require(text.value("inpaintd_frame_latency_seconds_sum", labels))
        #expect(abs(sum - 3.079) < 1e-9)
        #expect(text.value("inpaintd_inference_seconds_count", labels) == 0)
    }

    @Test("every state and every reason of a restart is shown, those that are not so with 0")
    func states() throws {
        let text = try Self.read([StreamStatus(name: "a", state: .retrying, restarts: [.crash: 2])])
        for state in StreamState.allCases {
            let labels = ["stream": "a", "state": state.rawValue]
            #expect(text.value("inpaintd_stream_state", labels) == (state == .retrying ? 1 : 0))
        }
        for reason in StreamFault.Reason.allCases {
            let labels = ["stream": "a", "reason": reason.rawValue]
            #expect(text.value("inpaintd_stream_restarts_total", labels) == (reason == .crash ? 2 : 0))
        }
    }

    @Test(
        "no name makes a line or a label of its own",
        arguments: [
            "a\"} 1\ninpaintd_forged 1\n#", "\\", "\\\"", "\\n", "\n", "a\"", "{}", "a,b=\"c\"", "é — 漢字", "\"\u{301}",
            "# HELP inpaintd_forged x", "",
        ])
    func hostile(name: String) throws {
        let text = try Self.read([
            StreamStatus(name: name, state: .running, stages: [StageTotals(element: name, counters: ["frames-in": 5])])
        ])
        #expect(text.value("inpaintd_frames_in_total", ["stream": name, "stage": name]) == 5)
        #expect(text.families.keys.allSatisfy { $0.hasPrefix("inpaintd_") || $0.hasPrefix("process_") })
        #expect(text.families["inpaintd_forged"] == nil)
    }

    @Test(
        "other line ends in a name are shown as one that cannot be shown",
        arguments: ["\r", "\r\n", "\u{85}", "\u{2028}"])
    func lineEnds(end: String) throws {
        let text = MetricsText.text(
            of: [StreamStatus(name: "a\(end)b 1", state: .running)],
            daemon: DaemonFigures(version: "1", started: 0, now: 0))
        _ = try PrometheusText(text)
        let isLineEnd: (Unicode.Scalar) -> Bool = { ["\r", "\u{85}", "\u{2028}"].contains($0) }
        #expect(!text.unicodeScalars.contains(where: isLineEnd))
    }

    @Test("nothing goes down when a worker is replaced")
    func totals() {
        var totals: [StageTotals] = []
        var progress = WorkerProgress(stages: [.init(element: "s", counters: ["frames-in": 7], latency: Self.histogram)]
        )
        totals.add(progress)
        progress.stages[0].counters = ["frames-in": 2, "frames-out": 1]
        progress.stages.append(.init(element: "t", counters: ["frames-in": 4]))
        totals.add(progress)
        #expect(totals.map(\.element) == ["s", "t"])
        #expect(totals[0].counters == ["frames-in": 9, "frames-out": 1])
        #expect(totals[0].latency.counts.reduce(0, +) == 8)
        #expect(abs(totals[0].latency.sum - 6.158) < 1e-9)
        #expect(StreamStatus(name: "a", state: .running, stages: totals).totals["frames-in"] == 13)
    }

    @Test("frames that a worker had not let out when it was gone are lost")
    func settled() {
        let counters: [String: UInt64] = ["frames-in": 10, "frames-out": 6, "frames-flushed": 1, "frames-lost": 1]
        let progress = WorkerProgress(stages: [.init(element: "s", counters: counters), .init(element: "t")])
        #expect(progress.settled.stages[0].counters == counters.merging(["frames-lost": 3]) { $1 })
        #expect(progress.settled.stages[1].counters.isEmpty)
        #expect(progress.settled.settled == progress.settled)
    }
}
