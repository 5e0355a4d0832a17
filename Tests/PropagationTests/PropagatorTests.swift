import Testing

import Propagation

@Suite struct PropagatorTests {
    private static let (width, height) = (96, 72)

    /// A texture without repetition, smooth enough to be read between its pixels; it moves `step` a frame.
    private func picture(_ frame: Int, step: SIMD2<Double>, blob: UInt8? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        for y in 0..<Self.height {
            for x in 0..<Self.width {
                let (u, v) = (Double(x) + step.x * Double(frame), Double(y) + step.y * Double(frame))
                let value = 128 + 40 * sin(u / 4.1 + sin(v / 9)) + 40 * cos(v / 3.7 + cos(u / 11))
                let isHole = hole[y * Self.width + x] != 0
                let byte = isHole ? blob ?? UInt8(value) : UInt8(value)
                bytes += [byte, byte, 255 - byte]
            }
        }
        return bytes
    }

    private var hole: [UInt8] {
        (0..<Self.width * Self.height).map { index in
            let (x, y) = (index % Self.width, index / Self.width)
            return (40..<56).contains(x) && (28..<44).contains(y) ? 1 : 0
        }
    }

    private func sin(_ x: Double) -> Double { cos(x - .pi / 2) }

    /// The cosine's series about the nearest multiple of 2π.
    private func cos(_ x: Double) -> Double {
        let turn = 2 * Double.pi
        let angle = x - (x / turn).rounded() * turn
        var (term, sum) = (1.0, 1.0)
        for order in 1...12 {
            term *= -angle * angle / Double((2 * order - 1) * 2 * order)
            sum += term
        }
        return sum
    }

    @Test(
        "what has moved under a hole is carried into it, as it was seen", arguments: [SIMD2(3.4, 0.6), SIMD2(-2, -2.5)])
    func moving(step: SIMD2<Double>) {
        let propagator = Propagator(width: Self.width, height: Self.height)
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
        let propagator = Propagator(width: Self.width, height: Self.height)
        for frame in 0..<30 {
            var known = picture(frame, step: SIMD2(2.3, 0.4), blob: blob)
            let left = propagator.propagate(into: &known, hole: hole)
            let carried = hole.indices.filter { hole[$0] == 1 && left[$0] == 0 }
            #expect(carried.allSatisfy { abs(Int(known[3 * $0]) - Int(blob)) > 20 }, "frame \(frame)")
        }
    }

    @Test("where nothing moves nothing was seen, and the network gets the whole hole")
    func still() {
        let propagator = Propagator(width: Self.width, height: Self.height)
        for _ in 0..<5 {
            let sent = picture(0, step: .zero)
            var known = sent
            #expect(propagator.propagate(into: &known, hole: hole) == hole)
            #expect(known == sent)
        }
    }

    @Test("where every frame is another scene nothing is taken")
    func unrelated() {
        let propagator = Propagator(width: Self.width, height: Self.height)
        var state: UInt32 = 1
        for _ in 0..<8 {
            var known = (0..<3 * Self.width * Self.height).map { _ -> UInt8 in
                state = state &* 1_664_525 &+ 1_013_904_223
                return UInt8(state >> 24)
            }
            #expect(propagator.propagate(into: &known, hole: hole) == hole)
        }
    }

    @Test("after a reset nothing is known of what was before")
    func reset() {
        let propagator = Propagator(width: Self.width, height: Self.height)
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
            let propagator = Propagator(width: Self.width, height: Self.height)
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
