internal import Daemon
internal import Frames
internal import MediaGraph
internal import Synchronization

/// What a worker tells its supervisor, from any of its threads. Where nobody listens any more, it is lost.
///
/// What is told is one line each, without passwords.
final class WorkerReports: Sendable {
    private let channel: WorkerChannel<WorkerReport, WorkerRequest>
    private let secrets = Mutex(SecretFilter(hiding: []))
    private let hasEnded = Mutex(false)
    private let logLines = Mutex(LineBudget())
    private let pace = Mutex(ProgressPace(stallTimeout: .zero))

    init(_ channel: WorkerChannel<WorkerReport, WorkerRequest>) {
        self.channel = channel
    }

    /// Hides a stream's secrets, and tells its progress as often as its supervision needs, from now on.
    func begin(_ stream: StreamConfiguration) {
        secrets.withLock { $0 = SecretFilter(hiding: stream.secrets) }
        pace.withLock { $0 = ProgressPace(stallTimeout: stream.stallTimeout) }
    }

    func tell(_ name: String, _ detail: String) {
        channel.send(.event(name: name, detail: shown(detail)))
    }

    /// Tells GStreamer's debug log from now on, as much of it as can be read.
    func takeLog(of stream: StreamConfiguration) {
        GStreamer.takeLog { [self] line in
            let (isTold, leftOut) = logLines.withLock { $0.take(at: ContinuousClock.now) }
            if leftOut > 0 { tell("log", "GStreamer: \(leftOut) more lines within a second are left out") }
            if isTold { tell("log", "GStreamer: \(line)") }
        }
    }

    /// Passes on what happens to what is played.
    func tell(_ event: PipelineEvent, of playing: any StreamPlay) {
        switch event {
        case .linked(let branch, let stream): tell("linked", "\(stream) goes through: \(branch)")
        case .warning(let warning): tell("warning", "\(warning)")
        case .started(let isLive): channel.send(.started(isLive: isLive))
        case .draining: tell("draining", "what is held comes out")
        case .failed(let error): fail(StreamFault(error))
        case .kept(let path, let isComplete):
            tell("kept", "\(path) \(isComplete ? "was completed and" : "is unfinished and") ends where the error came")
        case .removed(let path): tell("removed", "\(path) had no frames in it")
        case .movedAside(let path, let name): tell("kept", "\(path) of before is \(name) now")
        case .numbered(let location, let first): tell("kept", "\(location) goes on with \(first), behind what is there")
        case .tick: tick(of: playing)
        }
    }

    /// Tells what is due.
    func tick(of playing: any StreamPlay) {
        let leftOut = logLines.withLock { $0.leftOut(at: ContinuousClock.now) }
        if leftOut > 0 { tell("log", "GStreamer: \(leftOut) more lines within a second are left out") }
        let progress = WorkerProgress(of: playing)
        if pace.withLock({ $0.isDue(progress, at: ContinuousClock.now) }) { channel.send(.progress(progress)) }
    }

    /// Tells how it stands, at the end.
    func progress(of playing: (any StreamPlay)?) {
        channel.send(.progress(WorkerProgress(of: playing)))
    }

    /// Tells why the source is away while the output stays up.
    func lose(_ fault: StreamFault) {
        channel.send(.lost(StreamFault(fault.reason, shown(fault.detail))))
    }

    func answer(_ id: Int, value: String? = nil, refusal: String? = nil) {
        channel.send(.answer(id: id, value: value, refusal: refusal.map(shown)))
    }

    /// Tells that nothing can be asked of the pipeline yet.
    func unready(_ id: Int) {
        channel.send(.unready(id: id))
    }

    /// Tells why the stream cannot go on; what follows a first fault is its echo, and is not told.
    func fail(_ fault: StreamFault) {
        guard isFirstEnd else { return }
        channel.send(.fault(StreamFault(fault.reason, shown(fault.detail))))
    }

    /// Tells that all is done.
    func end() {
        guard isFirstEnd else { return }
        channel.send(.ended)
    }

    private func shown(_ text: String) -> String {
        secrets.withLock { $0 }(text.oneLine)
    }

    private var isFirstEnd: Bool {
        hasEnded.withLock { hasEnded in
            defer { hasEnded = true }
            return !hasEnded
        }
    }
}

extension StreamFault {
    init(_ error: PipelineError) {
        let reason: Reason =
            switch error.cause {
            case .pipeline: .pipeline
            case .source: .source
            case .data: .data
            case .output: .output
            case .element: .element
            }
        self.init(reason, "\(error)")
    }
}

extension WorkerProgress {
    /// How this process and the stages of what it plays are now.
    init(of playing: (any StreamPlay)?) {
        self.init(
            stages: (playing?.stages ?? []).map(Stage.init).sorted { $0.element < $1.element },
            residentMemory: ThisProcess.memory, threads: ThisProcess.threads, descriptors: ThisProcess.descriptors,
            isSourceLost: playing?.isSourceLost ?? false, rtspClients: RTSPConnections.clients)
    }
}

extension WorkerProgress.Stage {
    fileprivate init(_ stage: StageStatistics) {
        self.init(
            element: stage.element, counters: stage.counters, latency: DurationHistogram(stage.latency),
            inference: DurationHistogram(stage.inference), queued: stage.framesQueued, held: stage.framesHeld,
            sinceLastFrame: stage.sinceLastFrame.map { .nanoseconds(Int64(clamping: $0.nanoseconds)) },
            width: stage.pictureSize?.width, height: stage.pictureSize?.height)
    }
}

extension DurationHistogram {
    fileprivate init(_ histogram: TimeHistogram) {
        self.init(counts: histogram.counts, sum: Double(histogram.sum.nanoseconds) / 1e9)
    }
}

extension String {
    /// The text in one line, whatever an element put into it.
    fileprivate var oneLine: String {
        String(map { $0.isNewline ? " " : $0 })
    }
}
