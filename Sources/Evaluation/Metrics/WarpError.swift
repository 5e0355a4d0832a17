package import Frames

/// How much a clip flickers: the mean square difference between a frame and the one before it, moved along the flow of
/// the true frames, over the hole's pixels whose motion is known.
///
/// Units: squares of values from 0 to 1, the mean of the three channels.
///
/// Source: Lai et al., "Learning Blind Video Temporal Consistency", ECCV 2018, section 5.1, there over whole frames.
package struct WarpError {
    private var fillSum = 0.0
    private var truthSum = 0.0
    private var pixels = 0

    package init() {}

    /// Adds a frame that follows another.
    ///
    /// - Parameter motion: from the true frame back to the one before it.
    package mutating func add(
        fill: RGBPicture, truth: RGBPicture, before: (fill: RGBPicture, truth: RGBPicture), hole: Mask,
        motion: KnownMotion
    ) {
        let box = hole.bounds
        for y in box.y..<box.bottom {
            for x in box.x..<box.right {
                let pixel = y * hole.width + x
                guard hole.pixels[pixel] != 0, motion.isKnown[pixel] else { continue }
                let place = SIMD2(Float(x), Float(y)) + motion.flow.vectors[pixel]
                fillSum += Self.square(fill, pixel, before.fill, place)
                truthSum += Self.square(truth, pixel, before.truth, place)
                pixels += 1
            }
        }
    }

    /// Of the fill; nil where no pixel's motion was known.
    package var fill: Double? { pixels > 0 ? fillSum / Double(pixels) : nil }
    /// Of the truth: what the flow's own errors and the light's changes make.
    package var truth: Double? { pixels > 0 ? truthSum / Double(pixels) : nil }

    private static func square(
        _ picture: RGBPicture, _ pixel: Int, _ before: RGBPicture, _ place: SIMD2<Float>
    ) -> Double {
        let (left, top) = (Int(place.x), Int(place.y))
        let (right, bottom) = (min(left + 1, picture.width - 1), min(top + 1, picture.height - 1))
        let part = place - SIMD2(Float(left), Float(top))
        func colour(_ x: Int, _ y: Int) -> SIMD4<Float> {
            let place = 3 * (y * before.width + x)
            return SIMD4(
                Float(before.pixels[place]), Float(before.pixels[place + 1]), Float(before.pixels[place + 2]), 0)
        }
        let above = colour(left, top) * (1 - part.x) + colour(right, top) * part.x
        let below = colour(left, bottom) * (1 - part.x) + colour(right, bottom) * part.x
        let moved = above * (1 - part.y) + below * part.y
        let here = SIMD4(
            Float(picture.pixels[3 * pixel]), Float(picture.pixels[3 * pixel + 1]),
            Float(picture.pixels[3 * pixel + 2]), 0)
        let difference = (here - moved) / 255
        return Double((difference * difference).sum()) / 3
    }
}
