/// A stream as JSON shows it. Units: seconds, bytes.
public struct StreamDocument: Codable, Hashable, Sendable {
    public struct Worker: Codable, Hashable, Sendable {
        public let process: Int32
        public let residentMemory: Int?
        public let threads: Int?
        public let descriptors: Int?
    }

    public struct Stage: Codable, Hashable, Sendable {
        public struct Times: Codable, Hashable, Sendable {
            public let count: UInt64
            /// Nil where nothing was counted.
            public let mean: Double?
            /// A bound that 99 of 100 do not pass; nil where it is above all bounds.
            public let p99: Double?

            init(_ histogram: DurationHistogram) {
                count = histogram.total
                mean = count > 0 ? histogram.sum / Double(count) : nil
                p99 = histogram.bound(of: 0.99)
            }
        }

        public let element: String
        /// Over all workers so far.
        public let counters: [String: UInt64]
        public let latency: Times
        public let inference: Times
        public let queued: Int?
        public let held: Int?
        public let sinceLastFrame: Double?
        /// Of the pictures that come in. Units: pixels.
        public let width: Int?
        public let height: Int?
    }

    public let name: String
    public let state: StreamState
    public let since: Double
    public let isLive: Bool?
    public let isSourceLost: Bool?
    /// By reason; what is not there did not happen.
    public let restarts: [String: Int]
    public let lastFault: StreamFault?
    public let nextAttempt: Double?
    public let worker: Worker?
    public let stages: [Stage]

    public init(_ status: StreamStatus) {
        name = status.name
        state = status.state
        since = status.since / .seconds(1)
        isLive = status.isLive
        isSourceLost = status.progress?.isSourceLost
        restarts = Dictionary(uniqueKeysWithValues: status.restarts.map { ($0.key.rawValue, $0.value) })
        lastFault = status.lastFault
        nextAttempt = status.nextAttempt.map { $0 / .seconds(1) }
        let progress = status.progress
        worker = status.worker.map {
            Worker(
                process: $0, residentMemory: progress?.residentMemory, threads: progress?.threads,
                descriptors: progress?.descriptors)
        }
        stages = status.stages.map { totals in
            let now = progress?.stages.first { $0.element == totals.element }
            return Stage(
                element: totals.element, counters: totals.counters, latency: Stage.Times(totals.latency),
                inference: Stage.Times(totals.inference), queued: now?.queued, held: now?.held,
                sinceLastFrame: now?.sinceLastFrame.map { $0 / .seconds(1) }, width: now?.width, height: now?.height)
        }
    }

    /// A counter of all its stages together.
    public func total(_ counter: String) -> UInt64 {
        stages.reduce(0) { $0 &+ ($1.counters[counter] ?? 0) }
    }
}

extension DurationHistogram {
    fileprivate var total: UInt64 { counts.reduce(0, &+) }

    /// The least bound that this share of the durations does not pass; nil where there is none.
    fileprivate func bound(of share: Double) -> Double? {
        let needed = share * Double(total)
        guard needed > 0 else { return nil }
        var below: UInt64 = 0
        for (count, bound) in zip(counts, Self.bounds) {
            below &+= count
            if Double(below) >= needed { return bound }
        }
        return nil
    }
}
