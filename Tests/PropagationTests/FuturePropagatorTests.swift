import PictureFixtures
import Testing

import Propagation

@Suite struct FuturePropagatorTests {
    private let scene = Scene()
    private var none: [UInt8] { [UInt8](repeating: 0, count: scene.hole.count) }

    /// Sends frames, and gives the first one's picture and what is left of its hole after its turn.
    private func first(
        of frames: Int, holes: Int, step: SIMD2<Double>, blob: UInt8 = 255
    ) -> (known: [UInt8], left: [UInt8]) {
        let (past, future) = (
            Propagator(width: Scene.width, height: Scene.height),
            FuturePropagator(width: Scene.width, height: Scene.height)
        )
        var sent: [(known: [UInt8], left: [UInt8])] = []
        for frame in 0..<frames {
            let isHidden = frame < holes
            let picture = scene.picture(frame, step: step, blob: isHidden ? blob : nil)
            var known = picture
            let left = past.propagate(into: &known, hole: isHidden ? scene.hole : none)
            future.add(picture, seenBy: past)
            sent.append((known, left))
        }
        var (known, left) = sent[0]
        left = future.propagate(into: &known, left: left)
        return (known, left)
    }

    @Test("what is seen later is carried back", arguments: [SIMD2(3.4, 0.6), SIMD2(-2, -2.5), .zero])
    func later(step: SIMD2<Double>) {
        let (known, left) = first(of: 8, holes: step == .zero ? 4 : 8, step: step)
        let carried = scene.hole.indices.filter { scene.hole[$0] == 1 && left[$0] == 0 }
        #expect(carried.count > scene.hole.filter { $0 == 1 }.count / 2)
        let truth = scene.picture(0, step: step)
        let misses = carried.map { abs(Int(known[3 * $0]) - Int(truth[3 * $0])) }
        #expect(Double(misses.reduce(0, +)) / Double(carried.count) < 4)
    }

    @Test("nothing that stands in a hole is carried back")
    func foreign() {
        let fills = [UInt8(0), 255].map { blob in
            let (known, left) = first(of: 8, holes: 8, step: SIMD2(1.45, 0.45), blob: blob)
            return left + scene.hole.indices.flatMap { left[$0] == 0 ? known[3 * $0..<3 * $0 + 3] : [] }
        }
        #expect(fills[0] == fills[1])
    }

    @Test("a frame after which none comes is left as it is")
    func last() {
        let (known, left) = first(of: 1, holes: 1, step: .zero)
        #expect(left == scene.hole)
        #expect(known == scene.picture(0, step: .zero, blob: 255))
    }
}
