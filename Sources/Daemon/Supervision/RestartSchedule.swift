/// How long a stream waits before it is started again: soon at first, then seldom. A pure value.
public struct RestartSchedule: Hashable, Sendable {
    /// So many attempts after so long, one row after the other; the last goes on for ever.
    private static let rows: [(attempts: Int, delay: Duration)] = [
        (5, .seconds(1)), (5, .seconds(5)), (.max, .seconds(60)),
    ]
    /// The share by which a delay is longer or shorter, so that streams of one camera do not come back all at once.
    private static let jitter = 0.2
    /// Good frames for so long make up for every fault before.
    public static let recovery = Duration.seconds(30)

    /// Attempts since the stream was last well.
    public private(set) var attempts = 0

    public init() {}

    /// The delay before the next attempt.
    ///
    /// - Parameter chance: from 0 to 1.
    public mutating func next(chance: Double) -> Duration {
        var before = attempts
        attempts += 1
        for row in Self.rows {
            if before < row.attempts { return row.delay * (1 + Self.jitter * (2 * chance - 1)) }
            before -= row.attempts
        }
        preconditionFailure("the last row has no end")
    }

    public mutating func reset() { attempts = 0 }
}
