/// So many lines a second; what is more is counted. A pure value, told the time.
public struct LineBudget: Sendable {
    package static let mostLines = 40
    private static let second = Duration.seconds(1)

    private var since: ContinuousClock.Instant?
    private var taken = 0
    private var leftOutSince = 0

    public init() {}

    /// Whether a line may be told now, and how many could not in the second before.
    public mutating func take(at now: ContinuousClock.Instant) -> (isTaken: Bool, leftOut: Int) {
        let leftOut = leftOut(at: now)
        if since == nil { since = now }
        if taken < Self.mostLines { taken += 1 } else { leftOutSince += 1 }
        return (leftOutSince == 0, leftOut)
    }

    /// How many could not be told in the second that is over; 0 while it runs.
    public mutating func leftOut(at now: ContinuousClock.Instant) -> Int {
        guard let since, now - since >= Self.second else { return 0 }
        defer { (self.since, taken, leftOutSince) = (nil, 0, 0) }
        return leftOutSince
    }
}
