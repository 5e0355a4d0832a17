/// A texture that moves behind a hole that stands still.
package struct Scene {
    package static let (width, height) = (96, 72)

    package init() {}

    /// A texture without repetition, smooth enough to be read between its pixels; it moves `step` a frame.
    package func picture(_ frame: Int, step: SIMD2<Double>, blob: UInt8? = nil) -> [UInt8] {
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

    package let hole: [UInt8] = (0..<width * height).map { index in
        let (x, y) = (index % width, index / width)
        return (40..<56).contains(x) && (28..<44).contains(y) ? 1 : 0
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
}
