/// What one `inpaint` element of a stream did over all the workers that played it.
public struct StageTotals: Codable, Hashable, Sendable {
    public var element: String
    /// As the element's `stats` property names them.
    public var counters: [String: UInt64]
    /// From a frame's coming to its leaving.
    public var latency: DurationHistogram
    /// Of the passes of the network, a frame's all together.
    public var inference: DurationHistogram

    public init(
        element: String, counters: [String: UInt64] = [:], latency: DurationHistogram = DurationHistogram(),
        inference: DurationHistogram = DurationHistogram()
    ) {
        self.element = element
        self.counters = counters
        self.latency = latency
        self.inference = inference
    }
}

extension WorkerProgress {
    /// The same of a worker that is gone: what had come in and not left, it took with it.
    public var settled: WorkerProgress {
        var settled = self
        for index in stages.indices {
            let counters = stages[index].counters
            let gone = ["frames-out", "frames-flushed", "frames-lost"].reduce(0) { $0 + counters[$1, default: 0] }
            let come = counters["frames-in", default: 0]
            if come > gone { settled.stages[index].counters["frames-lost", default: 0] += come - gone }
        }
        return settled
    }
}

extension [StageTotals] {
    /// Adds what one worker did since it began.
    ///
    /// A stream's totals are the last progress of each worker that has ended, and the newest of the one that plays.
    public mutating func add(_ progress: WorkerProgress) {
        for stage in progress.stages {
            let index = firstIndex { $0.element == stage.element } ?? endIndex
            if index == endIndex { append(StageTotals(element: stage.element)) }
            // Whatever a worker with spoilt memory tells, adding it up ends no other stream.
            self[index].counters.merge(stage.counters, uniquingKeysWith: &+)
            self[index].latency.add(stage.latency)
            self[index].inference.add(stage.inference)
        }
    }
}
