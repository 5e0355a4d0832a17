import Testing

import Propagation

@Suite struct AffineMotionTests {
    private typealias Pair = (from: SIMD2<Float>, to: SIMD2<Float>)

    /// Points of a grid, moved by a turn, a zoom and a shift.
    private func pairs() -> [Pair] {
        (0..<64).map { index in
            let point = SIMD2(Float(index % 8) * 20, Float(index / 8) * 15)
            return (point, SIMD2(1.02 * point.x - 0.05 * point.y + 3.5, 0.05 * point.x + 1.02 * point.y - 2.25))
        }
    }

    private func misses(_ motion: AffineMotion, _ pairs: [Pair]) -> Float {
        pairs.map { pair in
            let miss = motion(pair.from) - pair.to
            return (miss * miss).sum().squareRoot()
        }.max() ?? 0
    }

    @Test("it is found again from points that moved by it")
    func exact() throws {
        #expect(misses(try #require(AffineMotion(fitting: pairs())), pairs()) < 1e-3)
    }

    @Test("two points in five that moved otherwise do not change it")
    func outliers() throws {
        let honest = pairs()
        let mixed = honest.enumerated().map { index, pair -> Pair in
            index % 5 < 2 ? (pair.from, pair.to + SIMD2(Float(index % 7) * 4 - 30, Float(index % 11) * 3 + 9)) : pair
        }
        #expect(misses(try #require(AffineMotion.agreed(among: mixed)), honest) < 0.05)
    }

    @Test("points on a line, and too few of them, have none")
    func degenerate() {
        let line = (0..<20).map { index -> Pair in
            let point = SIMD2(Float(index), 2 * Float(index))
            return (point, point + 1)
        }
        #expect(AffineMotion(fitting: line) == nil)
        #expect(AffineMotion.agreed(among: line) == nil)
        #expect(AffineMotion.agreed(among: Array(pairs().prefix(7))) == nil)
        #expect(AffineMotion(fitting: [Pair]()) == nil)
    }
}
