import PictureFixtures
import Propagation
import Testing

@Suite struct FillSteadierTests {
    private static let (width, height) = (32, 24)
    private static let hole: [UInt8] = (0..<width * height).map { pixel in
        (8..<24).contains(pixel % width) && (6..<18).contains(pixel / width) ? 1 : 0
    }

    /// Every pixel was where it is, moved by `step`.
    private func motion(_ step: SIMD2<Float>) throws -> AffineMotion {
        let corners: [SIMD2<Float>] = [SIMD2(0, 0), SIMD2(20, 0), SIMD2(0, 20), SIMD2(20, 20)]
        return try #require(AffineMotion(fitting: corners.map { ($0, $0 + step) }))
    }

    /// Gray with noise of up to `noise` steps, other noise with every seed.
    private func guess(_ seed: UInt64, gray: Int = 120, noise: Int = 12) -> [UInt8] {
        var numbers = SeededNumbers(seed: seed)
        return (0..<3 * Self.width * Self.height).map { _ in
            UInt8(gray + Int.random(in: -noise...noise, using: &numbers))
        }
    }

    /// The mean square of what the hole's samples miss a gray by.
    private func miss(_ fill: [UInt8], _ gray: Int = 120) -> Double {
        let misses = fill.indices.filter { Self.hole[$0 / 3] != 0 }.map {
            Double((Int(fill[$0]) - gray) * (Int(fill[$0]) - gray))
        }
        return misses.reduce(0, +) / Double(misses.count)
    }

    @Test("guesses of what moved are averaged, and nothing else changes", arguments: [SIMD2<Float>(0, 0), SIMD2(1, 0)])
    func averages(step: SIMD2<Float>) throws {
        let steadier = FillSteadier(width: Self.width, height: Self.height)
        var (first, last) = (0.0, 0.0)
        for frame in 0..<8 {
            var fill = guess(UInt64(frame))
            let before = fill
            steadier.steady(&fill, hole: Self.hole, along: try motion(step)) { _ in true }
            #expect(fill.indices.allSatisfy { Self.hole[$0 / 3] != 0 || fill[$0] == before[$0] })
            if frame == 0 {
                #expect(fill == before)
                first = miss(fill)
            }
            last = miss(fill)
        }
        // Half of the pixels that come in over the hole's edge have few guesses before them.
        #expect(last < (step.x == 0 ? 0.3 : 0.5) * first, "\(last) of \(first)")
    }

    @Test("what is not trusted, not known or of something else is left as it is")
    func leaves() throws {
        let still = try motion(.zero)
        for (isTrusted, motion, gray) in [(false, still, 120), (true, nil, 120), (true, still, 240)] {
            let steadier = FillSteadier(width: Self.width, height: Self.height)
            var fill = guess(0)
            steadier.steady(&fill, hole: Self.hole, along: still) { _ in true }
            fill = guess(1, gray: gray)
            let before = fill
            steadier.steady(&fill, hole: Self.hole, along: motion) { _ in isTrusted }
            #expect(fill == before)
        }
    }

    @Test("what came before a reset is forgotten")
    func reset() throws {
        let steadier = FillSteadier(width: Self.width, height: Self.height)
        var fill = guess(0)
        steadier.steady(&fill, hole: Self.hole, along: nil) { _ in true }
        steadier.reset()
        fill = guess(1)
        let before = fill
        steadier.steady(&fill, hole: Self.hole, along: try motion(.zero)) { _ in true }
        #expect(fill == before)
    }
}
