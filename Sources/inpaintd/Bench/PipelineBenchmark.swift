internal import Logging
internal import MediaGraph
internal import Synchronization

/// Times a pipeline's frames while it plays.
struct PipelineBenchmark {
    private let pipeline: Pipeline

    init(_ pipeline: Pipeline) {
        self.pipeline = pipeline
    }

    /// Plays to the end.
    ///
    /// Throws: `PipelineError`, the first that came; and where no element of it is ours.
    func run(_ logger: Logger) throws -> PipelineReport {
        let usage = StageUsage()
        let watches = pipeline.watchStages { usage.look() }
        guard !watches.isEmpty else {
            throw PipelineError(.badText, subject: pipeline.name, detail: "it has no inpaint element to measure")
        }
        let run = PipelineRun(pipeline)
        Interruption.watch(run, of: pipeline, logger)
        let (start, processorTime) = (ContinuousClock.now, ThisProcess.processorTime)
        _ = try run.run(tickEvery: .seconds(1)) { event in
            switch event {
            case .warning(let warning): logger.warning("\(warning)")
            case .tick: usage.look()
            default: break
            }
        }
        let seconds = (ContinuousClock.now - start).seconds
        return PipelineReport(
            pipeline: pipeline.name, seconds: seconds,
            stages: watches.map { PipelineReport.Stage($0, pipeline.counters(of: $0.element)) },
            processorSeconds: ThisProcess.processorTime - processorTime, stageProcessorSeconds: usage.processorSeconds,
            stageThreadShare: usage.threadSeconds / seconds, maxRssBytes: ThisProcess.greatestMemory,
            machine: BenchMachine())
    }
}

extension Pipeline {
    fileprivate func counters(of element: String) -> [String: UInt64] {
        stages.first { $0.element == element }?.counters ?? [:]
    }
}

/// The processor time of the stages' threads, which ends with them and so is looked at while they live.
private final class StageUsage: Sendable {
    private struct Times {
        var thread = 0.0
        var workers = 0.0
    }

    private let times = Mutex(Times())

    /// Of the stages' own threads. Units: seconds.
    var threadSeconds: Double { times.withLock { $0.thread } }
    /// With the workers'. Units: seconds.
    var processorSeconds: Double { times.withLock { $0.thread + $0.workers } }

    func look() {
        let threads = ThisProcess.threadTimes
        let workers = threads.filter { $0.key.hasPrefix("inpaint-") }.values.reduce(0, +)
        times.withLock { times in
            times.thread = max(times.thread, threads["inpaint", default: 0])
            times.workers = max(times.workers, workers)
        }
    }
}

/// What playing a pipeline took.
struct PipelineReport: BenchReport {
    struct Stage: Encodable {
        let element: String
        let frames: Int
        let framesPerSecond: Double
        /// In seconds, from a frame's coming to its leaving.
        let latencyP50: Double
        let latencyP90: Double
        let latencyP99: Double
        let latencyMax: Double
        let counters: [String: UInt64]

        init(_ watch: StageWatch, _ counters: [String: UInt64]) {
            let latencies = watch.latencies.map(\.seconds)
            let distribution = Distribution(latencies)
            let span = watch.span.seconds
            element = watch.element
            frames = latencies.count
            framesPerSecond = span > 0 ? Double(latencies.count) / span : 0
            latencyP50 = distribution.median
            latencyP90 = distribution.quantile(0.9)
            latencyP99 = distribution.quantile(0.99)
            latencyMax = distribution.quantile(1)
            self.counters = counters
        }
    }

    let pipeline: String
    /// From start to end, opening and closing included.
    let seconds: Double
    let stages: [Stage]
    /// Of the whole process.
    let processorSeconds: Double
    /// Of the stages' threads and their workers.
    let stageProcessorSeconds: Double
    /// The part of the whole time in which the stages' own threads were at work.
    let stageThreadShare: Double
    let maxRssBytes: Int
    let machine: BenchMachine

    var text: String {
        let milliseconds = { (seconds: Double) in (1000 * seconds).rounded(to: 1) }
        var lines = ["\(pipeline), \(seconds.rounded(to: 2)) s", machine.text]
        for stage in stages {
            lines += [
                "  \(stage.element): \(stage.frames) frames, \(stage.framesPerSecond.rounded(to: 1)) frames/s",
                "    latency    p50 \(milliseconds(stage.latencyP50)), p90 \(milliseconds(stage.latencyP90)), "
                    + "p99 \(milliseconds(stage.latencyP99)), most \(milliseconds(stage.latencyMax)) ms",
            ]
        }
        let share = processorSeconds > 0 ? stageProcessorSeconds / processorSeconds : 0
        return
            (lines + [
                "  processor    \(processorSeconds.rounded(to: 2)) s, \((100 * share).rounded(to: 0)) % of it repair; "
                    + "repair's own thread is at work \((100 * stageThreadShare).rounded(to: 0)) % of the time",
                "  memory       \((Double(maxRssBytes) / 1_048_576).rounded(to: 1)) MiB at most",
            ]).joined(separator: "\n")
    }
}
