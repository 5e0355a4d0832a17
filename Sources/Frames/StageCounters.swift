import Synchronization

/// What a stage counts and measures, read by anyone at any time.
public final class StageCounters: Sendable {
    /// The counters' names, as metrics and the `stats` property show them.
    public enum Counter: String, CaseIterable, Sendable {
        case framesIn = "frames-in"
        case framesOut = "frames-out"
        /// Frames whose hole was filled.
        case framesRepaired = "frames-repaired"
        /// Frames that were forgotten by a flush.
        case framesFlushed = "frames-flushed"
        /// Frames that came in and had not left when the stage, or what comes after it, failed or was stopped.
        case framesLost = "frames-lost"
        /// Stills that left an output which is kept up, while its input was away.
        case framesStoodIn = "frames-stood-in"
        /// Frames that left the stage when a still had taken their place in such an output.
        case framesSuperseded = "frames-superseded"
        /// Times the source was held back because the stage was behind.
        case framesHeldBack = "frames-held-back"
        /// Frames for which the mask stream had nothing in time; the last mask was held.
        case masksMissing = "masks-missing"
        /// Frames of which a part was made unrecognisable, as it was not known in time what to hide, or how.
        case framesProtected = "frames-protected"
        /// Frames from which overlays of which it is known what they are made of were taken away.
        case framesUnblended = "frames-unblended"
        /// Frames for which a plugin had no answer in time, or none that can be used.
        case pluginFailures = "plugin-failures"
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

    /// What is measured of frames, by the names that metrics and the `stats` property show.
    public enum Measure: String, CaseIterable, Sendable {
        /// From a frame's arrival until the stage hands it on.
        case latency
        /// What the network took for a frame, the conversion of its regions included; in the window session for the
        /// frames that became due when one came.
        case inference
    }

    private struct State {
        var counts: [Counter: UInt64] = [:]
        var measures: [Measure: TimeHistogram] = [:]
        var queued = 0
        var lastLeft: Timestamp?
        var pictureSize: (width: Int, height: Int)?
    }

    private let state = Mutex(State())

    public init() {}

    public func add(_ count: Int = 1, to counter: Counter) {
        state.withLock { $0.counts[counter, default: 0] += UInt64(count) }
    }

    public subscript(counter: Counter) -> UInt64 {
        state.withLock { $0.counts[counter, default: 0] }
    }

    public func add(_ length: Timestamp, to measure: Measure) {
        state.withLock { $0.measures[measure, default: TimeHistogram()].add(length) }
    }

    public subscript(measure: Measure) -> TimeHistogram {
        state.withLock { $0.measures[measure, default: TimeHistogram()] }
    }

    /// Frames that wait before the stage's work.
    public var framesQueued: Int {
        get { state.withLock { $0.queued } }
        set { state.withLock { $0.queued = newValue } }
    }

    /// Frames that have come in and are neither gone nor lost nor waiting any more.
    public var framesHeld: Int {
        state.withLock { state in
            let gone = [Counter.framesOut, .framesFlushed, .framesLost].map { state.counts[$0, default: 0] }
            return max(0, Int(state.counts[.framesIn, default: 0]) - Int(gone.reduce(0, +)) - state.queued)
        }
    }

    /// When the last frame left, by the clock by which frames arrive; nil before the first.
    public var lastLeft: Timestamp? {
        get { state.withLock { $0.lastLeft } }
        set { state.withLock { $0.lastLeft = newValue } }
    }

    /// The size of the pictures that come in; nil before the stage knows it. Units: pixels.
    public var pictureSize: (width: Int, height: Int)? {
        get { state.withLock { $0.pictureSize } }
        set { state.withLock { $0.pictureSize = newValue } }
    }
}
