internal import ClassicalFill
internal import Frames

/// Carries what was really seen in the past into the hole, along the motion of what is round it.
///
/// A frame's way: the hole is grown by a ring and filled smoothly; corners outside it are followed into the frame before,
/// and the motion that most of them agree on, with those of the frames before, says where each hidden pixel was. Its
/// colour is read from the last frame that saw it. The ring, whose truth is known, tells whether such pixels are better
/// than a smooth fill; only there are they taken, and the rest of the hole is the network's.
///
/// Nothing that stood in a frame's hole is ever carried: no colour is read so near to it that it has a part in it.
public final class Propagator {
    /// Frames for which a pixel may be carried.
    private static let longest = 40

    private let width: Int
    private let height: Int
    private let border: BorderFill
    private var past: SeenFrames
    private var carrier: Carrier
    /// The last hole, and what is grown from it.
    private(set) var hidden: HiddenPixels?
    private var before: GrayPyramid?
    /// Where a pixel of the last frame was in the one before; nil where that is not known.
    package private(set) var motion: AffineMotion?

    /// - Parameters:
    ///   - width: the pictures' width in pixels, above 0, as is `height`.
    public init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        border = BorderFill(width: width, height: height)
        past = SeenFrames(width: width, height: height, capacity: Self.longest)
        carrier = Carrier(width: width, height: height)
    }

    /// Writes what was seen into the hole of the next frame, and gives what is left of the hole.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, other than 0 = hole, as in the result.
    public func propagate(into picture: inout [UInt8], hole: [UInt8]) -> [UInt8] {
        precondition(picture.count == width * height * 3 && hole.count == width * height, "a picture and its hole")
        let hidden = grow(hole)
        let seen = picture
        defer { past.add(SeenFrames.Moment(picture: seen, hidden: hidden, motion: motion)) }
        var smooth = picture
        if !hidden.holePixels.isEmpty { border.fill(&smooth, hole: hidden[.ring]) }
        let pyramid = GrayPyramid(smooth, width: width, height: height, count: 4)
        motion = before.flatMap { before in
            let corners = CornerFinder.corners(of: pyramid.levels[0]) { hidden.isClear[$0] }
            return AffineMotion.agreed(among: PointTracker.follow(corners, from: pyramid, to: before))
        }
        before = pyramid
        var left = hidden.hole
        carrier.carry(into: &picture, left: &left, of: seen, smooth, hidden, from: past, along: motion)
        return left
    }

    /// Whether the ring near a pixel of the last hole says that it moved as `motion` has it.
    package func trustsMotion(at pixel: Int) -> Bool {
        carrier.trustsMotion(at: pixel)
    }

    /// Forgets the past.
    public func reset() {
        past.removeAll()
        before = nil
        motion = nil
        hidden = nil
        carrier.reset()
    }

    private func grow(_ hole: [UInt8]) -> HiddenPixels {
        if let hidden, hidden.hole == hole { return hidden }
        let hidden = HiddenPixels(hole, width: width, height: height)
        self.hidden = hidden
        return hidden
    }
}
