internal import Frames
internal import Inpainting
internal import Propagation

/// A window whose frames come with what was really seen before them, and that fills only what is left of their holes.
final class PropagatedWindow: RegionWindow {
    private let window: any RegionWindow
    private let propagator: Propagator
    /// Of each frame that is on its way: its picture where nothing of its hole was left, else nil.
    private var complete: [[UInt8]?] = []

    init(_ window: any RegionWindow, size: NetworkSize) {
        self.window = window
        propagator = Propagator(width: size.width, height: size.height)
    }

    func send(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        var known = Array(picture)
        let left = propagator.propagate(into: &known, hole: hole)
        let isComplete = !left.contains { $0 != 0 } && hole.contains { $0 != 0 }
        complete.append(isComplete ? known : nil)
        known.withUnsafeBytes { window.send(picture: $0, hole: left) }
    }

    func nextFill() -> [UInt8]?? {
        guard let fill = window.nextFill() else { return nil }
        let known = complete.removeFirst()
        return .some(fill ?? known)
    }

    func drain() {
        window.drain()
    }
}
