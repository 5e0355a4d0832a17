package import Frames
internal import Glibc

/// The peak signal-to-noise ratio over the hole's pixels of all frames together.
package struct HoleError {
    private static let peak = 255.0
    /// The least mean square that is told from none.
    private static let leastSquare = 1e-9

    private var squares = 0
    /// Pixels that were compared.
    package private(set) var pixels = 0

    package init() {}

    package mutating func add(_ fill: RGBPicture, _ truth: RGBPicture, hole: Mask) {
        let box = hole.bounds
        for y in box.y..<box.bottom {
            for x in box.x..<box.right where hole.pixels[y * hole.width + x] != 0 {
                let place = 3 * (y * hole.width + x)
                for channel in place..<place + 3 {
                    let difference = Int(fill.pixels[channel]) - Int(truth.pixels[channel])
                    squares += difference * difference
                }
                pixels += 1
            }
        }
    }

    /// Units: dB. Nil where no frame had a hole.
    package var psnr: Double? {
        guard pixels > 0 else { return nil }
        return 10 * log10(Self.peak * Self.peak / max(Self.leastSquare, Double(squares) / Double(3 * pixels)))
    }
}
