internal import ClassicalFill
internal import Frames

/// Carries what was really seen in the past into the hole, along the motion of what is round it.
///
/// A frame's way: the hole is grown by a ring and filled smoothly; corners outside it are followed into the frame before,
/// and the motion that most of them agree on says where each hidden pixel was; where that was seen, its colour is read
/// from the frame that saw it. The ring, whose truth is known, tells whether such pixels are better than a smooth fill;
/// only there are they taken, and the rest of the hole is the network's.
///
/// Nothing that stood in a frame's hole is ever carried: the ring keeps it out with everything that scaling mixed with it.
public final class Propagator {
    /// Pixels by which the hole is grown, a step going to one of the four neighbours.
    private static let ring: Int32 = 8
    /// Frames for which a pixel may be carried.
    private static let longest = 24
    /// A carried pixel is taken where it misses by less than this share of what a smooth fill misses by, less `margin`.
    private static let share: Float = 0.8
    /// The share where the pixel before was taken too: a choice stays.
    private static let stayingShare: Float = 0.9
    private static let margin: Float = 1.5

    private let width: Int
    private let height: Int
    private let border: BorderFill
    private var history: PictureHistory
    private var sources: SourceMap
    private var agreement: RingAgreement
    /// The last hole, and what is grown from it.
    private var hidden: Hidden?
    private var before: GrayPyramid?
    /// Where a pixel of the last frame was in the one before; nil where that is not known.
    package private(set) var motion: AffineMotion?
    private var wasTaken: [Bool]
    /// The number of the last frame, from 0.
    private var frame = -1

    /// A hole and the ring round it.
    private struct Hidden {
        let hole: [UInt8]
        let grown: [UInt8]
        /// Every pixel of hole and ring, in rising order.
        let pixels: [Int]
        /// Pixels so far away that a window round them lies outside the hole.
        let isClear: [Bool]

        init(_ hole: [UInt8], width: Int, height: Int) {
            self.hole = hole
            let steps = StepDistances(in: Rectangle(x: 0, y: 0, width: width, height: height)) { x, y in
                hole[y * width + x] != 0
            }.values
            grown = steps.map { $0 <= Propagator.ring ? 1 : 0 }
            pixels = steps.indices.filter { steps[$0] <= Propagator.ring }
            isClear = steps.map { $0 > PointTracker.reach }
        }
    }

    /// - Parameters:
    ///   - width: the pictures' width in pixels, above 0, as is `height`.
    public init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        border = BorderFill(width: width, height: height)
        history = PictureHistory(width: width, height: height, capacity: Self.longest)
        sources = SourceMap(width: width, height: height)
        agreement = RingAgreement(width: width, height: height)
        wasTaken = [Bool](repeating: false, count: width * height)
    }

    /// Writes what was seen into the hole of the next frame, and gives what is left of the hole.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, other than 0 = hole, the result 0 or 1.
    public func propagate(into picture: inout [UInt8], hole: [UInt8]) -> [UInt8] {
        precondition(picture.count == width * height * 3 && hole.count == width * height, "a picture and its hole")
        frame += 1
        history.add(picture, frame: frame)
        let hidden = grow(hole)
        guard !hidden.pixels.isEmpty else {
            sources.advance(to: frame, hidden: [], along: nil) { _ in false }
            before = nil
            motion = nil
            forgetTaken()
            return hole
        }
        var smooth = picture
        border.fill(&smooth, hole: hidden.grown)
        let pyramid = GrayPyramid(smooth, width: width, height: height, count: 4)
        motion = before.flatMap { before in
            let corners = CornerFinder.corners(of: pyramid.levels[0]) { hidden.isClear[$0] }
            return AffineMotion.agreed(among: PointTracker.follow(corners, from: pyramid, to: before))
        }
        before = pyramid
        sources.advance(to: frame, hidden: hidden.pixels, along: motion, isKept: history.holds)
        return take(into: &picture, smooth, hidden)
    }

    /// Whether the ring near a pixel of the last hole says that it moved as `motion` has it.
    package func trustsMotion(at pixel: Int) -> Bool {
        agreement.misses(near: pixel).map { $0.carried < Self.share * $0.smooth } ?? false
    }

    /// Forgets the past.
    public func reset() {
        sources.reset()
        before = nil
        motion = nil
        hidden = nil
        forgetTaken()
    }

    private func grow(_ hole: [UInt8]) -> Hidden {
        if let hidden, hidden.hole == hole { return hidden }
        let hidden = Hidden(hole, width: width, height: height)
        self.hidden = hidden
        return hidden
    }

    private func forgetTaken() {
        for pixel in wasTaken.indices { wasTaken[pixel] = false }
    }

    /// Writes the carried pixels that the ring speaks for.
    private func take(into picture: inout [UInt8], _ smooth: [UInt8], _ hidden: Hidden) -> [UInt8] {
        var left = hidden.hole
        var ring: [Int] = []
        var misses: [(carried: Int32, smooth: Int32)] = []
        var carried: [(pixel: Int, color: SIMD3<UInt8>)] = []
        for pixel in hidden.pixels where sources.frames[pixel] != SourceMap.nowhere {
            let color = SIMD3<UInt8>(
                nearest: history.color(of: sources.frames[pixel], at: sources.places[pixel]))
            if hidden.hole[pixel] != 0 {
                carried.append((pixel, color))
            } else {
                ring.append(pixel)
                let truth = picture.color(at: pixel)
                misses.append((Self.distance(color, truth), Self.distance(smooth.color(at: pixel), truth)))
            }
        }
        agreement.measure(ring, misses: misses)
        var isTaken = [Bool](repeating: false, count: width * height)
        for (pixel, color) in carried {
            guard let miss = agreement.misses(near: pixel) else { break }
            let share = wasTaken[pixel] ? Self.stayingShare : Self.share
            guard miss.carried < share * miss.smooth - Self.margin else { continue }
            picture.setColor(color, at: pixel)
            left[pixel] = 0
            isTaken[pixel] = true
        }
        wasTaken = isTaken
        return left
    }

    private static func distance(_ one: SIMD3<UInt8>, _ other: SIMD3<UInt8>) -> Int32 {
        let difference = SIMD3<Int32>(truncatingIfNeeded: one) &- SIMD3<Int32>(truncatingIfNeeded: other)
        return abs(difference.x) + abs(difference.y) + abs(difference.z)
    }
}
