package import Frames
internal import Glibc

/// The structural similarity of luma over the hole's pixels, averaged over the frames that have a hole.
///
/// Source: Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment", IEEE Transactions on Image Processing 13
/// (2004): an 11 × 11 Gaussian window of 1.5 pixels, K1 = 0.01, K2 = 0.03, peak 255. Beyond the frame's edge the picture
/// is mirrored, the edge's own pixels once.
package struct HoleSimilarity {
    private static let reach = 5
    private static let window: [Double] = {
        let weights = (-reach...reach).map { exp(-0.5 * Double($0 * $0) / (1.5 * 1.5)) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }()
    private static let (c1, c2) = (0.01 * 0.01 * 255 * 255, 0.03 * 0.03 * 255 * 255)

    private var sum = 0.0
    private var frames = 0

    package init() {}

    package mutating func add(_ fill: RGBPicture, _ truth: RGBPicture, hole: Mask) {
        guard !hole.isEmpty else { return }
        let box = hole.bounds
        let around = box.expanded(by: Self.reach).intersection(fill.bounds)
        let (x, y) = (fill.luma(in: around), truth.luma(in: around))
        func blurred(_ one: [Double], _ other: [Double]? = nil) -> [Double] {
            Self.blur(other.map { zip(one, $0).map { $0 * $1 } } ?? one, around, in: fill.bounds, at: box)
        }
        let (meanX, meanY) = (blurred(x), blurred(y))
        let (squareX, squareY, product) = (blurred(x, x), blurred(y, y), blurred(x, y))
        var total = 0.0
        var pixels = 0
        for index in meanX.indices {
            let (column, row) = (box.x + index % box.width, box.y + index / box.width)
            guard hole.pixels[row * hole.width + column] != 0 else { continue }
            let (mx, my) = (meanX[index], meanY[index])
            let (sx, sy, sxy) = (squareX[index] - mx * mx, squareY[index] - my * my, product[index] - mx * my)
            total +=
                (2 * mx * my + Self.c1) * (2 * sxy + Self.c2) / ((mx * mx + my * my + Self.c1) * (sx + sy + Self.c2))
            pixels += 1
        }
        sum += total / Double(pixels)
        frames += 1
    }

    /// -1 to 1. Nil where no frame had a hole.
    package var ssim: Double? { frames > 0 ? sum / Double(frames) : nil }

    /// What the window shows at every place of `box`, of values that lie in `around`.
    ///
    /// Where `around` ends before the window does, the frame ends there.
    private static func blur(
        _ values: [Double], _ around: Rectangle, in frame: Rectangle, at box: Rectangle
    ) -> [Double] {
        let columns = (box.x..<box.right).map { taps(at: $0, side: frame.width, from: around.x) }
        let rows = (box.y..<box.bottom).map { taps(at: $0, side: frame.height, from: around.y) }
        var across = [Double](repeating: 0, count: around.height * box.width)
        for y in 0..<around.height {
            for x in 0..<box.width {
                var sum = 0.0
                for (tap, weight) in zip(columns[x], window) { sum += weight * values[y * around.width + tap] }
                across[y * box.width + x] = sum
            }
        }
        var result = [Double](repeating: 0, count: box.area)
        for y in 0..<box.height {
            for x in 0..<box.width {
                var sum = 0.0
                for (tap, weight) in zip(rows[y], window) { sum += weight * across[tap * box.width + x] }
                result[y * box.width + x] = sum
            }
        }
        return result
    }

    /// The places that the window covers at one, counted from `start`.
    private static func taps(at place: Int, side: Int, from start: Int) -> [Int] {
        (place - reach...place + reach).map { mirrored($0, side: side) - start }
    }

    /// A place on a line that is mirrored at both ends, its last places once, as often as it takes.
    private static func mirrored(_ place: Int, side: Int) -> Int {
        guard side > 1 else { return 0 }
        let period = 2 * (side - 1)
        let turned = ((place % period) + period) % period
        return turned < side ? turned : period - turned
    }
}
