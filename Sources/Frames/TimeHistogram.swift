/// How often lengths of time fell below each of some bounds.
public struct TimeHistogram: Hashable, Sendable {
    /// Upper bounds: a millisecond, then about twice as much each.
    public static let bounds =
        [1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000, 320_000, 640_000]
        .map { Timestamp(nanoseconds: $0 * 1_000) } + [1_280, 2_560].map { Timestamp(nanoseconds: $0 * 1_000_000) }

    /// One a bound, and one for what is longer than all; not cumulative.
    public private(set) var counts: [UInt64]
    public private(set) var sum: Timestamp

    public init() {
        self.init(counts: [UInt64](repeating: 0, count: Self.bounds.count + 1), sum: .zero)
    }

    /// What was counted elsewhere.
    package init(counts: [UInt64], sum: Timestamp) {
        precondition(counts.count == Self.bounds.count + 1, "a count for every bound, and one for what is longer")
        self.counts = counts
        self.sum = sum
    }

    public mutating func add(_ length: Timestamp) {
        counts[Self.bounds.firstIndex { length <= $0 } ?? Self.bounds.count] += 1
        sum = sum.advanced(by: length)
    }
    /// Adds all that another one counted.
    public mutating func add(_ other: TimeHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        sum = sum.advanced(by: other.sum)
    }
}
