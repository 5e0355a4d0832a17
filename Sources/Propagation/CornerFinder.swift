/// Finds points of a picture that can be followed: there the picture changes along every direction.
///
/// Source: J. Shi and C. Tomasi, "Good Features to Track", CVPR 1994.
struct CornerFinder {
    /// Points that are looked for at most: one in each cell of a grid.
    static let most = 160
    /// Half the side of the window whose gradients are looked at.
    private static let reach = 2
    /// Pixels between the points that are looked at.
    private static let step = 3
    /// The least share of the strongest corner's strength.
    private static let leastShare: Float = 0.01

    /// - Parameter isClear: whether a pixel is far enough from the hole, rows without padding.
    static func corners(of level: GrayPyramid.Level, where isClear: (_ pixel: Int) -> Bool) -> [SIMD2<Float>] {
        let (width, height) = (level.width, level.height)
        let cell = max(12, Int((Float(width * height) / Float(most)).squareRoot().rounded(.up)))
        let (columns, rows) = ((width + cell - 1) / cell, (height + cell - 1) / cell)
        var best = [(strength: Float, point: SIMD2<Float>)](repeating: (0, .zero), count: columns * rows)
        let margin = reach + 1
        for y in stride(from: margin, to: height - margin, by: step) {
            for x in stride(from: margin, to: width - margin, by: step) where isClear(y * width + x) {
                let strength = strength(of: level, x, y)
                let place = y / cell * columns + x / cell
                if strength > best[place].strength { best[place] = (strength, SIMD2(Float(x), Float(y))) }
            }
        }
        let least = (best.map(\.strength).max() ?? 0) * leastShare
        return best.filter { $0.strength > least }.map(\.point)
    }

    /// The smaller eigenvalue of the gradients' products, summed over the window.
    private static func strength(of level: GrayPyramid.Level, _ x: Int, _ y: Int) -> Float {
        var (xx, xy, yy): (Float, Float, Float) = (0, 0, 0)
        level.values.withUnsafeBufferPointer { values in
            for row in y - reach...y + reach {
                for column in x - reach...x + reach {
                    let pixel = row * level.width + column
                    let (dx, dy) = (
                        values[pixel + 1] - values[pixel - 1],
                        values[pixel + level.width] - values[pixel - level.width]
                    )
                    (xx, xy, yy) = (xx + dx * dx, xy + dx * dy, yy + dy * dy)
                }
            }
        }
        let half = (xx - yy) / 2
        return (xx + yy) / 2 - (half * half + xy * xy).squareRoot()
    }
}
