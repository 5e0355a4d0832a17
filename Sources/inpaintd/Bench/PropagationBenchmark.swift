internal import Frames
internal import Propagation

/// Times what a frame costs of which real pixels are carried into the hole, which is steadied then, on one core.
struct PropagationBenchmark {
    /// Of the pictures.
    let size: (width: Int, height: Int)
    let hole: Rectangle
    /// How many are timed.
    let frames: Int

    /// Frames that come before those, until as many past ones are kept as are used.
    private static let before = 40

    func run() -> PropagationReport {
        let texture = DriftingTexture(size: size, hole: hole)
        let propagator = Propagator(width: size.width, height: size.height)
        let steadier = FillSteadier(width: size.width, height: size.height)
        var (carrying, steadying) = ([Double](), [Double]())
        var left = 0
        for frame in 0..<Self.before + frames {
            var picture = texture.picture(frame)
            let began = ContinuousClock.now
            let remaining = propagator.propagate(into: &picture, hole: texture.hole)
            let carried = ContinuousClock.now
            steadier.steady(
                &picture, hole: texture.hole, along: propagator.motion, where: propagator.trustsMotion)
            guard frame >= Self.before else { continue }
            carrying.append((carried - began).seconds)
            steadying.append((ContinuousClock.now - carried).seconds)
            left += remaining.reduce(0) { $0 + Int($1) }
        }
        let (propagation, steadied) = (Distribution(carrying), Distribution(steadying))
        return PropagationReport(
            width: size.width, height: size.height, hole: [hole.x, hole.y, hole.width, hole.height], frames: frames,
            secondsPerFrame: propagation.median, secondsPerFrameLeast: propagation.least,
            secondsPerFrameP90: propagation.quantile(0.9), steadyingSecondsPerFrame: steadied.median,
            carriedShare: 1 - Double(left) / Double(frames * hole.area), machine: BenchMachine())
    }
}

/// What a frame's propagation costs.
struct PropagationReport: BenchReport {
    let width: Int
    let height: Int
    /// Left, top, width, height.
    let hole: [Int]
    let frames: Int
    /// The median.
    let secondsPerFrame: Double
    let secondsPerFrameLeast: Double
    let secondsPerFrameP90: Double
    /// The median of what steadying the hole costs besides.
    let steadyingSecondsPerFrame: Double
    /// Of the hole's pixels.
    let carriedShare: Double
    let machine: BenchMachine

    var text: String {
        let milliseconds = { (seconds: Double) in (1000 * seconds).rounded(to: 2) + " ms" }
        return """
            propagation, \(width)x\(height), hole \(hole[2])x\(hole[3]), \((100 * carriedShare).rounded(to: 0)) % of it carried
            \(machine.text)
              a frame      \(milliseconds(secondsPerFrame)) of one core (least \(milliseconds(secondsPerFrameLeast)), p90 \
            \(milliseconds(secondsPerFrameP90)), \(frames) frames)
              steadying    \(milliseconds(steadyingSecondsPerFrame)) besides
            """
    }
}

/// Smooth noise, as rough as a photograph, that drifts to and fro by a little more than a pixel a frame.
private struct DriftingTexture {
    let hole: [UInt8]
    private let size: (width: Int, height: Int)
    /// The texture, wider and higher than the pictures.
    private let values: [Float]
    private let columns: Int

    private static let room = 256

    init(size: (width: Int, height: Int), hole box: Rectangle) {
        self.size = size
        var hole = [UInt8](repeating: 0, count: size.width * size.height)
        for y in box.y..<box.bottom {
            for x in box.x..<box.right { hole[y * size.width + x] = 1 }
        }
        self.hole = hole
        let (columns, rows) = (size.width + Self.room, size.height + Self.room)
        var values = [Float](repeating: 127, count: columns * rows)
        for octave in 0..<4 {
            let (side, height) = (Float(64 >> octave), Float(60 >> octave))
            for y in 0..<rows {
                for x in 0..<columns {
                    values[y * columns + x] += height * Self.noise(Float(x) / side, Float(y) / side, octave)
                }
            }
        }
        (self.columns, self.values) = (columns, values)
    }

    /// Packed RGB. The hole shows the texture, too: nothing may look there.
    func picture(_ frame: Int) -> [UInt8] {
        let turn = frame % Self.room
        let way = Float(min(turn, Self.room - turn)) * SIMD2<Float>(1.3, 0.7)
        let (left, top) = (Int(way.x), Int(way.y))
        let (right, below) = (way.x - Float(left), way.y - Float(top))
        var rgb: [UInt8] = []
        rgb.reserveCapacity(3 * size.width * size.height)
        for y in top..<top + size.height {
            for x in left..<left + size.width {
                let place = y * columns + x
                let upper = values[place] * (1 - right) + values[place + 1] * right
                let lower = values[place + columns] * (1 - right) + values[place + columns + 1] * right
                let value = UInt8(min(max(upper * (1 - below) + lower * below, 0), 255))
                rgb += [value, value, 255 - value]
            }
        }
        return rgb
    }

    /// Random numbers, -1 to 1, at whole places, and smooth between them.
    private static func noise(_ x: Float, _ y: Float, _ octave: Int) -> Float {
        let (column, row) = (Int(x), Int(y))
        let (right, below) = (smooth(x - Float(column)), smooth(y - Float(row)))
        let upper = random(column, row, octave) * (1 - right) + random(column + 1, row, octave) * right
        let lower = random(column, row + 1, octave) * (1 - right) + random(column + 1, row + 1, octave) * right
        return upper * (1 - below) + lower * below
    }

    private static func smooth(_ share: Float) -> Float { share * share * (3 - 2 * share) }

    /// Drawn by its place, the same each time.
    private static func random(_ column: Int, _ row: Int, _ octave: Int) -> Float {
        var bits = UInt64(column) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(row) &* 0xC2B2_AE3D_27D4_EB4F ^ UInt64(octave)
        bits = (bits ^ bits >> 29) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 32) &* 0x94D0_49BB_1331_11EB
        return Float(bits >> 40) / Float(1 << 23) - 1
    }
}
