/// Pairs the frames of one stream with the values of another by time.
///
/// A frame takes the newest value whose time is no later than the frame's plus half a frame, however old it is. Where a
/// tolerance is given it takes the nearest one, and a value further away than that is not its own. Whether a better one
/// may come is known once the stream has reached beyond the limit: by a later value, by the end of the newest one, by a
/// gap, or because it ended. Until then the frame waits; who waits, and how long, is the caller's business.
public struct PTSJoin<Value: Sendable>: Sendable {
    /// What a frame gets.
    public enum Match: Sendable {
        /// The stream has decided: this value, or none where it has had none so far.
        case found(Value?)
        /// The stream has decided that no value is near enough; this is the last one that was.
        case tooFar(held: Value?)
        /// The stream may still bring a better one; this is the one to take if it does not come in time.
        case pending(held: Value?)
    }

    /// The most values that wait for their frames.
    public let capacity: Int

    /// The value last given to a frame.
    public private(set) var held: Value?
    /// The time of what is held, where it is on the time line of what comes.
    private var heldTime: Timestamp?
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
        heldTime = nil
    }

    /// The value for a frame at `time`. Values that are older than the one it takes are forgotten.
    ///
    /// - Parameter tolerance: how far from the frame's a value's time may be; nil for half a frame after it, and any time
    ///   before.
    public mutating func match(at time: Timestamp, frameDuration: Timestamp?, tolerance: Timestamp? = nil) -> Match {
        let frame = frameDuration ?? .zero
        let limit = time.advanced(by: tolerance ?? Timestamp(nanoseconds: frame.nanoseconds / 2))
        if let index = waiting.lastIndex(where: { $0.time <= limit }) {
            take(tolerance == nil ? index : nearest(to: time, upTo: index))
        }
        // Values come in order: none that is still to come is nearer than one at the frame's time or after it.
        let hasNearest = tolerance != nil && (waiting.last?.time ?? heldTime).map { $0 >= time } ?? false
        guard hasNearest || hasReached(beyond: limit, frame: frame) else { return .pending(held: held) }
        guard let tolerance, held != nil else { return .found(held) }
        return distance(of: heldTime, from: time) <= tolerance ? .found(held) : .tooFar(held: held)
    }

    /// Which of the values that wait, up to that one, is nearest; nil where the one that is held is nearer still.
    private func nearest(to time: Timestamp, upTo last: Int) -> Int? {
        var best: (index: Int?, distance: Timestamp) = (nil, distance(of: heldTime, from: time))
        for index in 0...last {
            let distance = distance(of: waiting[index].time, from: time)
            if distance <= best.distance { best = (index, distance) }
        }
        return best.index
    }

    private mutating func take(_ index: Int?) {
        guard let index else { return }
        (heldTime, held) = waiting[index]
        waiting.removeFirst(index + 1)
    }

    private func distance(of value: Timestamp?, from time: Timestamp) -> Timestamp {
        value.map { max($0.elapsed(since: time), time.elapsed(since: $0)) } ?? Timestamp(nanoseconds: .max)
    }

    private func hasReached(beyond limit: Timestamp, frame: Timestamp) -> Bool {
        switch reach {
        case .nothing: false
        case .upTo(let time): time > limit || !waiting.isEmpty
        // Without a duration a value is taken to last as long as a frame.
        case .openFrom(let time): time.advanced(by: max(frame, Timestamp(nanoseconds: 1))) > limit || !waiting.isEmpty
        case .ended: true
        }
    }
}
