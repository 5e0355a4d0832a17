/// Where each pixel of a picture was in the one before: p ↦ linear · p + offset.
///
/// Units: pixels.
package struct AffineMotion: Equatable {
    /// The rows of the matrix.
    var x: SIMD3<Float>
    var y: SIMD3<Float>

    package func callAsFunction(_ point: SIMD2<Float>) -> SIMD2<Float> {
        let point = SIMD3(point.x, point.y, 1)
        return SIMD2((x * point).sum(), (y * point).sum())
    }

    /// The motion of what moves by `first`, and by this one from there.
    func after(_ first: AffineMotion) -> AffineMotion {
        AffineMotion(
            x: x.x * first.x + x.y * first.y + SIMD3(0, 0, x.z), y: y.x * first.x + y.y * first.y + SIMD3(0, 0, y.z))
    }

    /// The way back; nil where there is none.
    var inverse: AffineMotion? {
        let determinant = x.x * y.y - x.y * y.x
        guard abs(determinant) > 1e-3, determinant.isFinite else { return nil }
        let (first, second) = (SIMD2(y.y, -x.y) / determinant, SIMD2(-y.x, x.x) / determinant)
        let offset = SIMD2(x.z, y.z)
        return AffineMotion(
            x: SIMD3(first.x, first.y, -(first * offset).sum()), y: SIMD3(second.x, second.y, -(second * offset).sum()))
    }

    private init(x: SIMD3<Float>, y: SIMD3<Float>) {
        (self.x, self.y) = (x, y)
    }

    /// The one that misses the pairs least, in squares; nil where they lie on a line.
    package init?(fitting pairs: some Collection<(from: SIMD2<Float>, to: SIMD2<Float>)>) {
        // Round the points' mean, so that the sums stay small.
        let count = Float(pairs.count)
        let centre = pairs.reduce(SIMD2<Float>.zero) { $0 + $1.from } / count
        let target = pairs.reduce(SIMD2<Float>.zero) { $0 + $1.to } / count
        var (xx, xy, yy): (Float, Float, Float) = (0, 0, 0)
        var (byX, byY) = (SIMD2<Float>.zero, SIMD2<Float>.zero)
        for pair in pairs {
            let (from, to) = (pair.from - centre, pair.to - target)
            (xx, xy, yy) = (xx + from.x * from.x, xy + from.x * from.y, yy + from.y * from.y)
            byX += to * from.x
            byY += to * from.y
        }
        let determinant = xx * yy - xy * xy
        guard determinant > 1e-3 * max(xx, yy) * max(xx, yy), determinant.isFinite, determinant > 0 else { return nil }
        // Columns of the linear part, each for x and y of the target.
        let first = (yy * byX - xy * byY) / determinant
        let second = (xx * byY - xy * byX) / determinant
        let offset = target - first * centre.x - second * centre.y
        x = SIMD3(first.x, second.x, offset.x)
        y = SIMD3(first.y, second.y, offset.y)
    }

    /// The motion that most of the pairs agree on; nil where too few do.
    ///
    /// The draws come from a fixed seed: the same pairs always give the same motion.
    ///
    /// Source: M. Fischler and R. Bolles, "Random Sample Consensus", Communications of the ACM 24(6), 1981.
    package static func agreed(among pairs: [(from: SIMD2<Float>, to: SIMD2<Float>)]) -> AffineMotion? {
        let least = 8
        guard pairs.count >= least else { return nil }
        var draws = Draws()
        var best: [(from: SIMD2<Float>, to: SIMD2<Float>)] = []
        for _ in 0..<80 {
            let sample = (0..<3).map { _ in pairs[draws.next(below: pairs.count)] }
            guard let motion = AffineMotion(fitting: sample) else { continue }
            let agreeing = pairs.filter { motion.agrees(with: $0) }
            if agreeing.count > best.count { best = agreeing }
        }
        guard best.count >= least, let first = AffineMotion(fitting: best) else { return nil }
        let all = pairs.filter { first.agrees(with: $0) }
        return all.count >= least ? AffineMotion(fitting: all) : nil
    }

    private func agrees(with pair: (from: SIMD2<Float>, to: SIMD2<Float>)) -> Bool {
        let most: Float = 1.2
        let missed = self(pair.from) - pair.to
        return (missed * missed).sum() <= most * most
    }
}

/// Numbers that look drawn: a linear congruential generator.
///
/// Source: D. Knuth, "The Art of Computer Programming", volume 2, 3.3.4, line 26: MMIX's constants.
private struct Draws {
    private var state: UInt64 = 1

    mutating func next(below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(bound))
    }
}
