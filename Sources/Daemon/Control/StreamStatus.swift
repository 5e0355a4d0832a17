/// How a stream is, and what it did so far.
public struct StreamStatus: Hashable, Sendable {
    public var name: String
    public var state: StreamState
    /// How long it has been in this state.
    public var since: Duration
    /// Nil until its worker has said so.
    public var isLive: Bool?
    /// How often it was started again, by why; a reason that is not there is 0.
    public var restarts: [StreamFault.Reason: Int]
    public var lastFault: StreamFault?
    /// Until the next start; nil where none is due.
    public var nextAttempt: Duration?
    /// The process that plays it; nil where none does.
    public var worker: Int32?
    /// What that process told last, its `sinceLastFrame` counted until now; nil where none plays or none has told yet.
    public var progress: WorkerProgress?
    /// What its stages did, over all its workers so far: these never go down.
    public var stages: [StageTotals]

    public init(
        name: String, state: StreamState, since: Duration = .zero, isLive: Bool? = nil,
        restarts: [StreamFault.Reason: Int] = [:], lastFault: StreamFault? = nil, nextAttempt: Duration? = nil,
        worker: Int32? = nil, progress: WorkerProgress? = nil, stages: [StageTotals] = []
    ) {
        self.name = name
        self.state = state
        self.since = since
        self.isLive = isLive
        self.restarts = restarts
        self.lastFault = lastFault
        self.nextAttempt = nextAttempt
        self.worker = worker
        self.progress = progress
        self.stages = stages
    }

    /// The counters of all its stages together.
    public var totals: [String: UInt64] {
        stages.reduce(into: [:]) { $0.merge($1.counters, uniquingKeysWith: &+) }
    }
}

/// Where a stream is in its life.
public enum StreamState: String, Codable, CaseIterable, Hashable, Sendable {
    /// A worker is there, and no frame has come yet.
    case starting
    case running
    /// It plays, but its source is away and the output shows what `on-loss` says.
    case degraded
    /// The next start is waited for.
    case retrying
    /// It is not started again until somebody asks for it.
    case failed
    case stopped
}
