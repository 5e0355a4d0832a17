internal import Frames

/// The time there is for one frame of a live stream, by the clock by which it arrived.
struct FrameTime {
    /// Frames that may wait while one is worked on. The stage's ring takes four: with three the source is never held
    /// back, however long the budget.
    private static let framesWaiting = 3

    /// When the budget says that it leaves.
    let due: Timestamp
    /// When its work has to be done.
    let deadline: Timestamp
    /// What it may take if every frame is to take as much.
    let sustained: Timestamp

    /// - Parameter now: stands for the arrival of a frame of which none was noted.
    init(of frame: Frame, budget: Timestamp, now: Timestamp) {
        let arrival = frame.arrival ?? now
        // A frame that lasts no time says nothing of its rate.
        let length = (frame.layout.frameDuration ?? frame.duration).flatMap { $0 == .zero ? nil : $0 }
        let most = length.map { min(budget, $0.repeated(Self.framesWaiting)) } ?? budget
        due = arrival.advanced(by: budget)
        deadline = arrival.advanced(by: most)
        sustained = length.map { min($0, most) } ?? most
    }

    func left(at now: Timestamp) -> Timestamp { deadline.elapsed(since: now) }
}
