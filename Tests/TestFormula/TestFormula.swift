/// Test weights, frames and masks from one counter-based formula.
///
/// Source: `scripts/goldens/formula.py`, which states it and is its other half.
public enum TestFormula {
    /// Value `index` of the series `name`, in [−1, 1).
    public static func uniform(_ name: String, _ index: Int) -> Float {
        uniform(seed: seed(name), index)
    }

    /// The first values of the series `name`.
    public static func series(_ name: String, count: Int, scale: Float = 1) -> [Float] {
        let seed = seed(name)
        return (0..<count).map { uniform(seed: seed, $0) * scale }
    }

    /// A tensor of a network under its published name.
    public static func parameter(_ name: String, shape: [Int]) -> [Float] {
        let count = shape.reduce(1, *)
        if name.hasSuffix(".bias") { return series(name, count: count, scale: 0.1) }
        let fanIn = Double(shape.dropFirst().reduce(1, *))
        return series(name, count: count, scale: Float(gain(name) * (3 / fanIn).squareRoot()))
    }

    /// Frames in [−1, 1].
    ///
    /// Shapes: [count, 3, height, width].
    public static func frames(_ count: Int, height: Int, width: Int) -> [Float] {
        let coarse = seed("frames.coarse")
        let fine = seed("frames.fine")
        var values: [Float] = []
        values.reserveCapacity(count * 3 * height * width)
        for plane in 0..<count * 3 {
            for y in 0..<height {
                for x in 0..<width {
                    let cell = (plane * ((height + 15) / 16) + y / 16) * ((width + 15) / 16) + x / 16
                    values.append(0.6 * uniform(seed: coarse, cell) + 0.4 * uniform(seed: fine, values.count))
                }
            }
        }
        return values
    }

    /// Masks with a box for a hole, 1 = hole.
    ///
    /// Shapes: [count, 1, height, width].
    public static func masks(_ count: Int, height: Int, width: Int) -> [Float] {
        var values = [Float](repeating: 0, count: count * height * width)
        for frame in 0..<count {
            let left = width * (1 + frame % 3) / 8
            let top = height * (1 + frame % 2) / 8
            for y in top..<min(height, top + height * 5 / 8) {
                for x in left..<min(width, left + width * 5 / 8) { values[(frame * height + y) * width + x] = 1 }
            }
        }
        return values
    }

    /// Where a tensor of `count` values is sampled.
    static func positions(count: Int, samples: Int) -> [Int] {
        let seed = seed("positions")
        return (0..<samples).map { Int(bits(seed, $0) % UInt64(count)) }
    }

    private static func gain(_ name: String) -> Double {
        if name.contains("output_linear") || name.contains("feed_forward.conv.2") { return 0.5 }
        if name.hasPrefix("decoder.6") { return 0.3 }
        return name.contains("embedding") ? 1 : 1.387
    }

    private static func uniform(seed: UInt64, _ index: Int) -> Float {
        Float(bits(seed, index) >> 40) / Float(1 << 23) - 1
    }

    /// 64-bit FNV-1a.
    private static func seed(_ name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// splitmix64.
    private static func bits(_ seed: UInt64, _ index: Int) -> UInt64 {
        var z = seed &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
