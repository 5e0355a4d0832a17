import Glibc
import Testing

import Evaluation

@Suite struct FlowTests {
    /// A smooth texture whose features are a few pixels wide, moved by a vector.
    private func texture(_ width: Int, _ height: Int, moved: SIMD2<Double>) -> RGBPicture {
        TestClips.picture(width, height) { x, y, _ in
            let (u, v) = (Double(x) - moved.x, Double(y) - moved.y)
            return Int(128 + 50 * sin(u * 0.55 + 0.2 * v) + 45 * cos(v * 0.47 - 0.1 * u) * sin(u * 0.13))
        }
    }

    @Test("a moved texture's flow is its motion", arguments: [SIMD2<Double>(0, 0), [3, -2], [1.5, 0.25], [-4, 2.5]])
    func translation(vector: SIMD2<Double>) {
        let (width, height) = (97, 75)
        let before = texture(width, height, moved: .zero)
        let motion = KnownMotion(from: texture(width, height, moved: vector), to: before)
        var worst = 0.0
        var known = 0
        for y in 20..<height - 20 {
            for x in 20..<width - 20 {
                guard motion.isKnown[y * width + x] else { continue }
                let found = SIMD2<Double>(motion.flow.vectors[y * width + x])
                worst = max(worst, ((found + vector) * (found + vector)).sum().squareRoot())
                known += 1
            }
        }
        #expect(Double(known) > 0.97 * Double((height - 40) * (width - 40)))
        #expect(worst < 0.3, "pixels off")
    }

    @Test("what comes in at the edge or from behind is not known")
    func occlusion() {
        let (width, height) = (96, 72)
        // A bright square goes eight pixels to the right before a texture that stands still.
        func frame(_ left: Int) -> RGBPicture {
            let ground = texture(width, height, moved: .zero)
            return TestClips.picture(width, height) { x, y, c in
                (left..<left + 24).contains(x) && (24..<48).contains(y)
                    ? 200 + (x - left) * 7 % 40 + y * 11 % 15 : Int(ground.pixels[3 * (y * width + x) + c])
            }
        }
        let motion = KnownMotion(from: frame(40), to: frame(32))
        let uncovered = (28..<44).flatMap { y in (33..<39).map { y * width + $0 } }
        #expect(uncovered.filter { motion.isKnown[$0] }.count < uncovered.count / 2)
        let left = KnownMotion(
            from: texture(width, height, moved: [6, 0]), to: texture(width, height, moved: .zero))
        #expect(!(20..<50).contains { left.isKnown[$0 * width + 1] })
    }

    @Test("pictures of any size have a flow, small ones none", arguments: [(1, 1), (7, 30), (8, 8), (23, 9), (25, 24)])
    func sizes(width: Int, height: Int) {
        let motion = KnownMotion(
            from: TestClips.truth(width, height, 1), to: TestClips.truth(width, height, 0))
        #expect(motion.flow.vectors.count == width * height)
        #expect(motion.flow.vectors.allSatisfy { $0.x.isFinite && $0.y.isFinite })
        if min(width, height) < 8 { #expect(motion.flow.vectors.allSatisfy { $0 == .zero }) }
    }
}
