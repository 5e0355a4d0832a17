public import Frames

/// A way of running the network over a frame's regions, and what that would cost.
public struct NetworkLevel: Hashable, Sendable {
    public let rung: Rung
    /// How often the area of each region's picture is halved.
    public let halvings: Int
    /// What is attended to, where that is less than the sampling says.
    public let reach: MemorySession.Reach?
    /// What the network would take for the whole frame; nil as long as nothing was measured.
    public let cost: Timestamp?

    public init(rung: Rung, halvings: Int, reach: MemorySession.Reach?, cost: Timestamp?) {
        self.rung = rung
        self.halvings = halvings
        self.reach = reach
        self.cost = cost
    }
}

/// Chooses, before anything runs, what can be done for a frame in the time there is.
///
/// The rules, in frames that have a hole:
/// - The network runs at the present level wherever that fits into the time left, and attends to fewer frames where
///   only that fits. A frame for which neither fits gets no pass; that frame alone.
/// - Where the level cannot be kept up, and more frames go without than with, the regions get smaller: their memory is
///   lost with that, so a passing load is no reason.
/// - A better level is taken once it would have fitted with a quarter to spare, and into one frame's time, for
///   `patience` frames in a row; for `memoryPatience` where the regions' memory is lost.
/// - After some frames without a pass there is one though it does not fit, or the frame is late already: else nobody
///   would notice what a pass takes, or that the machine is free again. It may take a `trialShare` of the time that went by,
///   and every trial that was in vain doubles the frames to the next.
///
/// A pure value: times are told to it, and it reads no clock.
public struct RungChooser: Sendable {
    static let patience = 12
    static let memoryPatience = 50
    static let mostMisses = 6
    /// Frames without a pass before the first trial, and at most before a later one.
    static let trials = 25...1600
    static let trialShare = 25

    /// The index of the level in use.
    public private(set) var level = 0
    private var roomyFrames = 0
    /// Frames that went without a pass because it takes too long, less those that had one.
    private var misses = 0
    private var framesSincePass = 0
    private var trial = trials.lowerBound

    public init() {}

    /// The index of the level to run, or nil where the frame has to do without the network.
    ///
    /// - Parameters:
    ///   - levels: the best first; never empty.
    ///   - timeLeft: until the frame's deadline.
    ///   - sustained: what a frame may take if every frame is to take as much.
    public mutating func choose(
        among levels: [NetworkLevel], timeLeft: Timestamp, sustained: Timestamp
    ) -> Int? {
        precondition(!levels.isEmpty, "there is always the full network to choose")
        level = min(level, levels.count - 1)
        climb(levels, within: min(timeLeft, sustained))
        if let index = levels.indices.first(where: { index in
            index >= level && levels[index].halvings == levels[level].halvings
                && fits(levels[index].cost, into: timeLeft)
        }) {
            level = index
            ran()
            trial = Self.trials.lowerBound
            return index
        }
        // A frame that only comes too late, behind a slow one, says nothing of its own level.
        if !fits(levels[level].cost, into: sustained) { misses = min(misses + 1, Self.mostMisses) }
        framesSincePass += 1
        if misses == Self.mostMisses, let smaller = smaller(levels, within: sustained) {
            level = smaller
            misses = 0
            roomyFrames = 0
            if fits(levels[smaller].cost, into: timeLeft) {
                ran()
                return smaller
            }
        }
        return tries(levels, sustained: sustained)
    }

    /// The level to try though it does not fit, where it is time for that.
    private mutating func tries(_ levels: [NetworkLevel], sustained: Timestamp) -> Int? {
        guard framesSincePass >= trial,
            let cheapest = levels.lastIndex(where: { $0.halvings == levels[level].halvings }),
            (levels[cheapest].cost ?? .zero).repeated(Self.trialShare) <= sustained.repeated(framesSincePass)
        else { return nil }
        trial = min(2 * trial, Self.trials.upperBound)
        ran()
        return cheapest
    }

    /// Whether what costs so much is sure enough to end in time; where nothing was measured, any time will do.
    public func fits(_ cost: Timestamp?, into time: Timestamp) -> Bool {
        fits(cost, into: time, spare: 8)
    }

    private func fits(_ cost: Timestamp?, into time: Timestamp, spare: UInt64) -> Bool {
        guard let cost else { return time > .zero }
        return cost.advanced(by: Timestamp(nanoseconds: cost.nanoseconds / spare)) <= time
    }

    private mutating func ran() {
        misses = max(0, misses - 1)
        framesSincePass = 0
    }

    private mutating func climb(_ levels: [NetworkLevel], within time: Timestamp) {
        guard level > 0, fits(levels[level - 1].cost, into: time, spare: 4) else {
            roomyFrames = 0
            return
        }
        roomyFrames += 1
        let keepsMemory = levels[level - 1].halvings == levels[level].halvings
        guard roomyFrames >= (keepsMemory ? Self.patience : Self.memoryPatience) else { return }
        roomyFrames = 0
        misses = 0
        level -= 1
    }

    /// The largest smaller size that can be kept up, or else the smallest, if that is worth it.
    private func smaller(_ levels: [NetworkLevel], within sustained: Timestamp) -> Int? {
        let smaller = levels.indices.filter { levels[$0].halvings > levels[level].halvings }
        if let lasting = smaller.first(where: { fits(levels[$0].cost, into: sustained) }) { return lasting }
        guard let least = smaller.last, let cost = levels[least].cost, let present = levels[level].cost,
            cost.nanoseconds <= present.nanoseconds / 2
        else { return nil }
        return least
    }
}
