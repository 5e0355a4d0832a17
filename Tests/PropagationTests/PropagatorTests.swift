import PictureFixtures
import Testing

import Propagation

@Suite struct PropagatorTests {
    private let scene = Scene()
    private var hole: [UInt8] { scene.hole }

    private func picture(_ frame: Int, step: SIMD2<Double>, blob: UInt8? = nil) -> [UInt8] {
        scene.picture(frame, step: step, blob: blob)
    }

    @Test(
        "what has moved under a hole is carried into it, as it was seen", arguments: [SIMD2(3.4, 0.6), SIMD2(-2, -2.5)])
    func moving(step: SIMD2<Double>) {
        let propagator = Propagator(width: Scene.width, height: Scene.height)
        var (left, known): ([UInt8], [UInt8]) = ([], [])
        for frame in 0..<24 {
            known = picture(frame, step: step, blob: 255)
            left = propagator.propagate(into: &known, hole: hole)
        }
        let truth = picture(23, step: step)
        #expect(left.allSatisfy { $0 == 0 }, "everything was seen")
        let misses = zip(known, truth).map { abs(Int($0) - Int($1)) }
        let holes = 3 * hole.filter { $0 == 1 }.count
        #expect(Double(misses.reduce(0, +)) / Double(holes) < 4)
        #expect(zip(misses.indices, misses).allSatisfy { $1 == 0 || hole[$0 / 3] == 1 }, "the rest stays")
    }

    @Test("nothing that stood in the hole is ever carried", arguments: [0, 255])
    func foreign(blob: UInt8) {
        let propagator = Propagator(width: Scene.width, height: Scene.height)
        for frame in 0..<30 {
            var known = picture(frame, step: SIMD2(2.3, 0.4), blob: blob)
            let left = propagator.propagate(into: &known, hole: hole)
            let carried = hole.indices.filter { hole[$0] == 1 && left[$0] == 0 }
            #expect(carried.allSatisfy { abs(Int(known[3 * $0]) - Int(blob)) > 20 }, "frame \(frame)")
        }
    }

    @Test(
        "frames that differ in the hole alone give the same bytes in it",
        arguments: [SIMD2(2.3, 0.4), SIMD2(-0.45, 0.45)])
    func untouched(step: SIMD2<Double>) {
        let runs = [UInt8(0), 255].map { blob in
            let propagator = Propagator(width: Scene.width, height: Scene.height)
            return (0..<45).map { frame in
                var known = picture(frame, step: step, blob: blob)
                let left = propagator.propagate(into: &known, hole: hole)
                return left + hole.indices.flatMap { left[$0] == 0 ? known[3 * $0..<3 * $0 + 3] : [] }
            }
        }
        #expect(runs[0] == runs[1])
    }

    @Test("where nothing moves nothing was seen, and the network gets the whole hole")
    func still() {
        let propagator = Propagator(width: Scene.width, height: Scene.height)
        for _ in 0..<5 {
            let sent = picture(0, step: .zero)
            var known = sent
            #expect(propagator.propagate(into: &known, hole: hole) == hole)
            #expect(known == sent)
        }
    }

    @Test("what was seen before there was a hole is carried into it, also where nothing moves")
    func appearing() {
        let propagator = Propagator(width: Scene.width, height: Scene.height)
        var known: [UInt8] = []
        for _ in 0..<3 {
            known = picture(0, step: .zero)
            _ = propagator.propagate(into: &known, hole: [UInt8](repeating: 0, count: hole.count))
        }
        known = picture(0, step: .zero, blob: 0)
        let left = propagator.propagate(into: &known, hole: hole)
        #expect(left.allSatisfy { $0 == 0 })
        let misses = zip(known, picture(0, step: .zero)).map { abs(Int($0) - Int($1)) }
        #expect(misses.allSatisfy { $0 <= 2 })
    }

    @Test("where every frame is another scene nothing is taken")
    func unrelated() {
        let propagator = Propagator(width: Scene.width, height: Scene.height)
        var state: UInt32 = 1
        for _ in 0..<8 {
            var known = (0..<3 * Scene.width * Scene.height).map { _ -> UInt8 in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            }
            #expect(propagator.propagate(into: &known, hole: hole) == hole)
        }
    }

    @Test("after a reset nothing is known of what was before")
    func reset() {
        let propagator = Propagator(width: Scene.width, height: Scene.height)
        var known: [UInt8] = []
        for frame in 0..<12 {
            known = picture(frame, step: SIMD2(3, 0))
            _ = propagator.propagate(into: &known, hole: hole)
        }
        propagator.reset()
        known = picture(12, step: SIMD2(3, 0))
        #expect(propagator.propagate(into: &known, hole: hole) == hole)
    }

    @Test("the same frames give the same bytes")
    func repeatable() {
        func run() -> [[UInt8]] {
            let propagator = Propagator(width: Scene.width, height: Scene.height)
            return (0..<10).map { frame in
                var known = picture(frame, step: SIMD2(2.5, 1.1))
                let left = propagator.propagate(into: &known, hole: hole)
                return known + left
            }
        }
        #expect(run() == run())
    }

    @Test("pictures of any size, without a hole and with nothing but a hole", arguments: [1, 2, 15, 16, 33])
    func sizes(side: Int) {
        let propagator = Propagator(width: side, height: side)
        for value: UInt8 in [0, 1, 0, 1, 1] {
            var known = [UInt8](repeating: 77, count: 3 * side * side)
            let hole = [UInt8](repeating: value, count: side * side)
            #expect(propagator.propagate(into: &known, hole: hole) == hole)
            #expect(known.allSatisfy { $0 == 77 })
        }
    }
}
