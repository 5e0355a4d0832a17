package import Frames

/// How sharp a fill is beside the truth: the ratio of the mean lengths of the luma's gradient over the hole's pixels of
/// all frames together. 1 is as sharp as the truth, less is blurred, more is noisy.
///
/// The gradient is that of central differences, at the frame's edge of the two last pixels.
package struct HoleSharpness {
    private var fillSum = 0.0
    private var truthSum = 0.0

    package init() {}

    package mutating func add(_ fill: RGBPicture, _ truth: RGBPicture, hole: Mask) {
        fillSum += Self.sum(of: fill, hole)
        truthSum += Self.sum(of: truth, hole)
    }

    /// Nil where the truth has no gradient, or no frame a hole.
    package var ratio: Double? { truthSum > 0 ? fillSum / truthSum : nil }

    private static func sum(of picture: RGBPicture, _ hole: Mask) -> Double {
        let box = hole.bounds
        let around = box.expanded(by: 1).intersection(picture.bounds)
        let luma = picture.luma(in: around)
        var sum = 0.0
        for y in box.y..<box.bottom {
            for x in box.x..<box.right where hole.pixels[y * hole.width + x] != 0 {
                func value(_ x: Int, _ y: Int) -> Double { luma[(y - around.y) * around.width + x - around.x] }
                let (left, right) = (max(x - 1, 0), min(x + 1, picture.width - 1))
                let (top, bottom) = (max(y - 1, 0), min(y + 1, picture.height - 1))
                let across = (value(right, y) - value(left, y)) / Double(max(right - left, 1))
                let down = (value(x, bottom) - value(x, top)) / Double(max(bottom - top, 1))
                sum += (across * across + down * down).squareRoot()
            }
        }
        return sum
    }
}
