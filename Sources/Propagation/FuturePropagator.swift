internal import ClassicalFill

/// Carries what is really seen in the future into the hole, for a session that waits for it.
///
/// Frames come with the motion that a `Propagator` found; a frame's turn is when those that are waited for have come.
/// Then what they saw is carried back to it, where the ring round its hole speaks for that.
public final class FuturePropagator {
    private let width: Int
    private let height: Int
    private let border: BorderFill
    private var carrier: Carrier
    /// Frames that wait for their turn, each with where a pixel of it was in the frame before.
    private var waiting: [SeenFrames.Moment] = []

    /// - Parameters:
    ///   - width: the pictures' width in pixels, above 0, as is `height`.
    public init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        border = BorderFill(width: width, height: height)
        carrier = Carrier(width: width, height: height)
    }

    /// Takes the next frame, which `propagator` has just seen.
    ///
    /// Shapes: picture packed RGB, width × height × 3, as it came.
    public func add(_ picture: [UInt8], seenBy propagator: Propagator) {
        guard let hidden = propagator.hidden else { preconditionFailure("the propagator has seen the frame") }
        waiting.append(SeenFrames.Moment(picture: picture, hidden: hidden, motion: propagator.motion))
    }

    /// Writes what the frames that wait saw of the first of them into what is left of its hole, forgets it, and gives
    /// what is left then.
    ///
    /// Shapes: filled packed RGB, width × height × 3; left width × height, other than 0 = still to be carried, as in the
    /// result.
    @discardableResult public func propagate(into filled: inout [UInt8], left: [UInt8]) -> [UInt8] {
        let frame = waiting.removeFirst()
        guard left.contains(where: { $0 != 0 }) else {
            carrier.reset()
            return left
        }
        var future = SeenFrames(width: width, height: height, capacity: max(1, waiting.count))
        var onward: AffineMotion?
        for later in waiting.reversed() {
            future.add(SeenFrames.Moment(picture: later.picture, hidden: later.hidden, motion: onward))
            onward = later.motion?.inverse
        }
        var smooth = frame.picture
        border.fill(&smooth, hole: frame.hidden[.ring])
        var left = left
        carrier.carry(
            into: &filled, left: &left, of: frame.picture, smooth, frame.hidden, from: future, along: onward)
        return left
    }
}
