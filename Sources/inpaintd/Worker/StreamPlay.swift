internal import Daemon
internal import MediaGraph

/// What a worker plays: a pipeline as a whole, or one whose output is kept up while its source is away.
protocol StreamPlay: Sendable {
    /// Plays to the end.
    ///
    /// - Returns: False where it cannot be played in this way.
    ///
    /// Throws: `PipelineError` or `StreamFault`: why it cannot go on.
    func play(tickEvery interval: Duration) throws -> Bool
    /// Ends it at the sources, now or as soon as it plays; what is held comes out.
    func drain()

    var stages: [StageStatistics] { get }
    var isSourceLost: Bool { get }
    func set(_ property: String, of element: String, to value: String) throws
    var graph: String { get }
}

/// A pipeline that ends with its source.
struct WholePlay: StreamPlay {
    private let pipeline: Pipeline
    private let run: PipelineRun
    private let reports: WorkerReports

    init(_ pipeline: Pipeline, over earlier: PipelineRun.Earlier, _ reports: WorkerReports) {
        self.pipeline = pipeline
        run = PipelineRun(pipeline, remains: .keptWithFrames, earlier: earlier)
        self.reports = reports
    }

    func play(tickEvery interval: Duration) throws -> Bool {
        var isLive = false
        let outcome = try run.run(tickEvery: interval) { event in
            if case .started(let live) = event { isLive = live }
            reports.tell(event, of: self)
        }
        if case .endOfStream = outcome, isLive { throw StreamFault.endOfLiveSource }
        return true
    }

    func drain() { run.drain() }

    var stages: [StageStatistics] { pipeline.stages }
    var isSourceLost: Bool { false }
    func set(_ property: String, of element: String, to value: String) throws {
        try pipeline.set(property, of: element, to: value)
    }
    var graph: String { pipeline.graph }
}

extension StreamConfiguration {
    /// What becomes of recordings of before.
    var earlierFiles: PipelineRun.Earlier { earlierOutput == .keep ? .kept : .overwritten }
}

extension StreamFault {
    static let endOfLiveSource = StreamFault(.endOfStream, "the live source ended the stream")
}
