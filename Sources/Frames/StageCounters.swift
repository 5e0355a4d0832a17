import Synchronization

/// What a stage counts, read by anyone at any time.
public final class StageCounters: Sendable {
    /// The counters' names, as metrics and the `stats` property show them.
    public enum Counter: String, CaseIterable, Sendable {
        case framesIn = "frames-in"
        case framesOut = "frames-out"
        /// Frames whose hole was filled.
        case framesRepaired = "frames-repaired"
        /// Frames that were forgotten by a flush.
        case framesFlushed = "frames-flushed"
        /// Times the source was held back because the stage was behind.
        case framesHeldBack = "frames-held-back"
        /// Frames for which the mask stream had nothing in time; the last mask was held.
        case masksMissing = "masks-missing"
        /// Times a region moved and its memory was dropped.
        case regionMoves = "region-moves"
        /// Times a scene cut made a region's memory worthless, and it was dropped.
        case sceneCuts = "scene-cuts"
        /// Frames that left later than the latency budget allows.
        case framesLate = "frames-late"
        /// Repaired frames by how their hole was filled: see `Rung`.
        case rungFull = "rung-full"
        case rungFewerReferences = "rung-fewer-references"
        case rungSmallerRegion = "rung-smaller-region"
        case rungLastFill = "rung-last-fill"
        case rungInterpolation = "rung-interpolation"
    }

    private let values = Mutex([Counter: UInt64]())

    public init() {}

    public func add(_ count: Int = 1, to counter: Counter) {
        values.withLock { $0[counter, default: 0] += UInt64(count) }
    }

    public subscript(counter: Counter) -> UInt64 {
        values.withLock { $0[counter, default: 0] }
    }
}
