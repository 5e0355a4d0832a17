package import Frames

/// When stills stand in for the frames of an input that is away, and which of its frames come too late then. A pure
/// value, told the time.
///
/// Units: all times are running times of the output, in which a frame is due at its time and the latency of the input.
package struct StandInSchedule: Sendable {
    /// How long at least a frame may be overdue of an input that is not known to be away.
    package static let patience = Timestamp(nanoseconds: 500_000_000)
    /// Stills that are later than this are left out: the output was stuck.
    package static let mostBehind = Timestamp(nanoseconds: 1_000_000_000)

    /// What the input declares.
    package var latency = Timestamp.zero
    /// How far stills are apart.
    package var interval: Timestamp
    /// Whether the last that left was a still.
    private var isStandingIn = false
    /// Whether a frame has come behind a still, too close to it: the next one is waited for, or none would ever fit.
    private var isReturning = false
    /// Whether the input is known to be away.
    private var isAway = false
    /// The time of the last that left.
    private var last: Timestamp?

    package init(interval: Timestamp) {
        self.interval = interval
    }

    /// Whether a frame of this time may leave. Behind a still, only one that is really later.
    package mutating func take(_ presentation: Timestamp) -> Bool {
        if isStandingIn, let last, presentation.elapsed(since: last) < interval.half {
            isReturning = true
            return false
        }
        last = presentation
        (isStandingIn, isReturning, isAway) = (false, false, false)
        return true
    }

    /// The input is known to be away: nothing is waited for, until its next frame.
    package mutating func lose() { (isAway, isReturning) = (true, false) }

    /// Whether stills leave, or will as soon as one is due.
    package var isSourceAway: Bool { isStandingIn || isAway }

    /// When the next still is due; nil before the first frame.
    package var deadline: Timestamp? {
        guard let last else { return nil }
        let due = last.advanced(by: interval).advanced(by: latency)
        return isSourceAway && !isReturning ? due : due.advanced(by: max(Self.patience, interval.repeated(3)))
    }

    /// The time of a still that is to leave now; nil where none is due.
    package mutating func standIn(at now: Timestamp) -> Timestamp? {
        guard let deadline, let last, now >= deadline else { return nil }
        (isStandingIn, isReturning) = (true, false)
        let next = last.advanced(by: interval)
        let behind = now.elapsed(since: next.advanced(by: latency))
        let time = behind > Self.mostBehind ? next.advanced(by: behind) : next
        self.last = time
        return time
    }
}

extension Timestamp {
    fileprivate var half: Timestamp { Timestamp(nanoseconds: nanoseconds / 2) }
}
