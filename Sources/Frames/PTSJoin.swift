/// Pairs the frames of one stream with the values of another by time.
///
/// A frame takes the newest value whose time is no later than the frame's plus half a frame. Whether that value is
/// already here is known once the stream has reached beyond that limit: by a later value, by the end of the newest
/// one, by a gap, or because it ended. Until then the frame waits; who waits, and how long, is the caller's business.
public struct PTSJoin<Value: Sendable>: Sendable {
    /// What a frame gets.
    public enum Match: Sendable {
        /// The stream has decided: this value, or none where it has had none so far.
        case found(Value?)
        /// The stream may still bring a better one; this is the one to take if it does not come in time.
        case pending(held: Value?)
    }

    /// The most values that wait for their frames.
    public let capacity: Int

    /// The value last given to a frame.
    public private(set) var held: Value?
    private var waiting: [(time: Timestamp, value: Value)] = []
    private var reach: Reach = .nothing

    private enum Reach: Sendable {
        case nothing
        /// Every value before this time is here.
        case upTo(Timestamp)
        /// The newest value starts here, and nobody said how long it lasts.
        case openFrom(Timestamp)
        case ended
    }

    public init(capacity: Int) {
        precondition(capacity > 0, "a join that keeps nothing pairs nothing")
        self.capacity = capacity
    }

    /// Whether the other stream is so far ahead that it has to wait.
    public var isFull: Bool { waiting.count >= capacity }

    /// Takes the next value of the other stream.
    public mutating func add(_ value: Value, at time: Timestamp, duration: Timestamp?) {
        let index = waiting.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
        waiting.insert((time, value), at: index)
        reach = duration.map { .upTo(time.advanced(by: $0)) } ?? .openFrom(time)
    }

    /// Notes that the other stream has nothing more before `time`.
    public mutating func skip(to time: Timestamp) {
        reach = .upTo(time)
    }

    /// Notes that the other stream is over; its last value is held from now on.
    public mutating func end() {
        reach = .ended
    }

    /// Forgets what is still to come. The value last given to a frame stays, so that a hole stays covered.
    public mutating func flush() {
        waiting.removeAll()
        reach = .nothing
    }

    /// The value for a frame at `time`. Values that are older than the one it takes are forgotten.
    public mutating func match(at time: Timestamp, frameDuration: Timestamp?) -> Match {
        let frame = frameDuration?.nanoseconds ?? 0
        let limit = time.advanced(by: Timestamp(nanoseconds: frame / 2))
        if let index = waiting.lastIndex(where: { $0.time <= limit }) {
            held = waiting[index].value
            waiting.removeFirst(index + 1)
        }
        return hasReached(beyond: limit, frame: frame) ? .found(held) : .pending(held: held)
    }

    private func hasReached(beyond limit: Timestamp, frame: UInt64) -> Bool {
        switch reach {
        case .nothing: false
        case .upTo(let time): time > limit || !waiting.isEmpty
        // Without a duration a value is taken to last as long as a frame.
        case .openFrom(let time): time.advanced(by: Timestamp(nanoseconds: max(frame, 1))) > limit || !waiting.isEmpty
        case .ended: true
        }
    }
}
