/// When a worker tells its progress: as often as it looks until frames come out, then once a second, and at once when
/// its source goes or comes back. Where a stall counts sooner than after seconds, more often. A pure value, told the
/// time.
///
/// Reading what sixteen workers tell is most of what the daemon does all day.
public struct ProgressPace: Sendable {
    /// How often a worker looks.
    public static let look = Duration.milliseconds(250)

    /// How long is waited before more is told; a look may come a little early.
    private let rest: Duration
    private var told: (at: ContinuousClock.Instant, isSourceLost: Bool, hasFrames: Bool)?

    /// - Parameter stallTimeout: how soon the supervisor takes what it does not hear of for a stall.
    public init(stallTimeout: Duration) {
        rest = min(.seconds(1), stallTimeout / 4) - Self.look / 2
    }

    /// Whether this is to be told now.
    public mutating func isDue(_ progress: WorkerProgress, at now: ContinuousClock.Instant) -> Bool {
        if let told, told.hasFrames, told.isSourceLost == progress.isSourceLost, now - told.at < rest {
            return false
        }
        told = (now, progress.isSourceLost, progress.stages.contains { $0.counters["frames-out", default: 0] > 0 })
        return true
    }
}
