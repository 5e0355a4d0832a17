/// How long a stream waits before it is started again: soon at first, then seldom. A pure value.
public struct RestartSchedule: Hashable, Sendable {
    /// The delays of a stream for which nothing else is said.
    public static let usualDelays: [Duration] = [.seconds(1), .seconds(5), .seconds(60)]

    /// So many attempts come after each delay; those after the last go on for ever.
    private static let attemptsPerDelay = 5
    /// The share by which a delay is longer or shorter, so that streams of one camera do not come back all at once.
    private static let jitter = 0.2

    /// Attempts since the stream was last well.
    public private(set) var attempts = 0

    public init() {}

    /// The delay before the next attempt.
    ///
    /// - Parameters:
    ///   - delays: one after the other; at least one.
    ///   - chance: from 0 to 1.
    public mutating func next(of delays: [Duration], chance: Double) -> Duration {
        precondition(!delays.isEmpty, "a stream has at least one delay")
        let row = min(attempts / Self.attemptsPerDelay, delays.count - 1)
        attempts += 1
        return delays[row] * (1 + Self.jitter * (2 * chance - 1))
    }

    public mutating func reset() { attempts = 0 }
}
