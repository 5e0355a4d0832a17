internal import Frames
package import Inpainting
internal import Propagation

/// A window whose frames come with what was really seen before them, and that fills only what is left of their holes.
/// Its fills are given what is really seen after them, and the whole is steadied along the motion.
package final class PropagatedWindow: RegionWindow {
    /// A frame that is on its way.
    private struct Sent {
        /// Its picture with what was seen before it, and what is left of its hole.
        let known: [UInt8]
        let left: [UInt8]
        let hole: [UInt8]
        let motion: AffineMotion?
        /// Whether a pixel of the hole moved as the motion has it.
        let isTrusted: [Bool]
    }

    private let window: any RegionWindow
    private let past: Propagator
    private let future: FuturePropagator
    private let steadier: FillSteadier
    private var sent: [Sent] = []

    package init(_ window: any RegionWindow, size: NetworkSize) {
        self.window = window
        past = Propagator(width: size.width, height: size.height)
        future = FuturePropagator(width: size.width, height: size.height)
        steadier = FillSteadier(width: size.width, height: size.height)
    }

    package func send(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        let picture = Array(picture)
        var known = picture
        let left = past.propagate(into: &known, hole: hole)
        future.add(picture, seenBy: past)
        sent.append(
            Sent(
                known: known, left: left, hole: hole, motion: past.motion,
                isTrusted: hole.indices.map { hole[$0] != 0 && past.trustsMotion(at: $0) }))
        known.withUnsafeBytes { window.send(picture: $0, hole: left) }
    }

    package func nextFill() -> [UInt8]?? {
        guard let fill = window.nextFill() else { return nil }
        let frame = sent.removeFirst()
        var filled = fill ?? frame.known
        future.propagate(into: &filled, left: frame.left)
        guard frame.hole.hasHole else {
            steadier.reset()
            return .some(nil)
        }
        steadier.steady(&filled, hole: frame.hole, along: frame.motion) { frame.isTrusted[$0] }
        return filled
    }

    package func drain() {
        window.drain()
    }
}
