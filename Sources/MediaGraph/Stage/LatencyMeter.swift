package import Frames

/// The latency a stage declares on live input: what its frames take, with room to spare.
///
/// It is raised at once, because a frame that is later than declared is too late for every sink; it is lowered slowly,
/// by at most a quarter or a `step` in every `settling` time, because each change is a jolt to who plays along. A pure value: it
/// is told the time.
package struct LatencyMeter: Sendable {
    /// What was measured is rounded up to multiples of this, so that small differences change nothing.
    package static let step = Timestamp(nanoseconds: 5_000_000)
    /// How long the frames have to have been faster before less is declared.
    package static let settling = Timestamp(nanoseconds: 10_000_000_000)

    package private(set) var declared = Timestamp.zero
    /// Since when, and the longest that a frame took since then.
    private var settled: (since: Timestamp, longest: Timestamp)?

    package init() {}

    /// Declares at least what a filter expects to need, before any frame was measured.
    ///
    /// - Parameter budget: what the filter keeps within as far as it can.
    package mutating func expect(_ latency: Timestamp, within budget: Timestamp?) {
        declared = max(declared, budget.map { min(latency, $0) } ?? latency)
    }

    /// Takes what a frame took, and the time at which it left.
    package mutating func measure(_ latency: Timestamp, at now: Timestamp, within budget: Timestamp?) {
        if latency > declared { declared = Self.withRoom(latency, within: budget) }

        let window = settled ?? (now, .zero)
        let longest = max(window.longest, latency)
        guard now.elapsed(since: window.since) >= Self.settling else {
            settled = (window.since, longest)
            return
        }
        settled = (now, .zero)
        let most = max(declared.nanoseconds / 4, Self.step.nanoseconds)
        let lowered = Timestamp(nanoseconds: declared.nanoseconds - min(most, declared.nanoseconds))
        declared = min(declared, max(lowered, Self.withRoom(longest, within: budget)))
    }

    /// A quarter more than measured, because the next frame takes a little longer than the last; not beyond a budget that
    /// the frame kept.
    private static func withRoom(_ latency: Timestamp, within budget: Timestamp?) -> Timestamp {
        let roomy = roundedUp(latency.advanced(by: Timestamp(nanoseconds: latency.nanoseconds / 4)))
        guard let budget, latency <= budget else { return roomy }
        return min(roomy, budget)
    }

    private static func roundedUp(_ latency: Timestamp) -> Timestamp {
        let rest = latency.nanoseconds % step.nanoseconds
        return rest == 0 ? latency : latency.advanced(by: Timestamp(nanoseconds: step.nanoseconds - rest))
    }
}
