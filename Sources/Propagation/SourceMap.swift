/// Where each pixel of a picture was really seen: in which frame, and where in its picture.
///
/// A pixel outside the grown hole was seen in its own frame. One inside it takes over what the pixel before had, along
/// the motion: places are composed, and colours are read once, from the frame that saw them.
struct SourceMap {
    /// Rows without padding; `nowhere` for a pixel that was not seen.
    private(set) var frames: [Int32]
    private(set) var places: [SIMD2<Float>]
    private let width: Int
    private let height: Int

    static let nowhere: Int32 = -1

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        frames = [Int32](repeating: Self.nowhere, count: width * height)
        places = [SIMD2<Float>](repeating: .zero, count: width * height)
    }

    /// Goes on to the next frame.
    ///
    /// - Parameters:
    ///   - hidden: the pixels of the grown hole; all others are seen in this frame.
    ///   - motion: where a pixel of this frame was in the frame before; nil where that is not known.
    ///   - isKept: whether a frame's picture is there still.
    mutating func advance(
        to frame: Int, hidden: [Int], along motion: AffineMotion?, isKept: (Int32) -> Bool
    ) {
        let (before, placesBefore) = (frames, places)
        for y in 0..<height {
            for x in 0..<width {
                frames[y * width + x] = Int32(frame)
                places[y * width + x] = SIMD2(Float(x), Float(y))
            }
        }
        for pixel in hidden {
            frames[pixel] = Self.nowhere
            guard let motion else { continue }
            let was = motion(SIMD2(Float(pixel % width), Float(pixel / width)))
            let nearest = was.rounded(.toNearestOrAwayFromZero)
            guard nearest.x >= 0, nearest.y >= 0, nearest.x < Float(width), nearest.y < Float(height) else { continue }
            let earlier = Int(nearest.y) * width + Int(nearest.x)
            guard before[earlier] != Self.nowhere, isKept(before[earlier]) else { continue }
            frames[pixel] = before[earlier]
            places[pixel] = placesBefore[earlier] + (was - nearest)
        }
    }

    /// Forgets where everything was seen.
    mutating func reset() {
        for pixel in frames.indices { frames[pixel] = Self.nowhere }
    }
}
