internal import Frames

/// Leans a fill on the straight lines between the hole's sides: much at its edge, a little further inside.
///
/// A network knows what belongs into a hole, but not to the pixel how what lies beside it goes on. The lines know that;
/// they err, too, but in a way of their own, so that the mean of both errs less. Inside, where a single line means
/// little, the mean of those near it is what the fill leans on.
public enum SideBlend {
    /// How much of the lines' mean goes into every pixel, and how much of its own line into the one at the edge: that
    /// falls with the square of the distance. Fitted to the network's errors on clips whose truth is known.
    private static let share: Float = 0.17
    private static let edgeShare: Float = 0.5
    /// Half the side of the square over which lines are averaged.
    private static let reach = 3

    /// Changes the hole's pixels of `fill`; one that sees no side stays as it is.
    ///
    /// Shapes: fill and picture packed RGB, width × height × 3; hole width × height, other than 0 = hole.
    ///
    /// - Parameter picture: what was filled; nothing in its hole is looked at.
    public static func blend(_ fill: inout [UInt8], over picture: [UInt8], hole: [UInt8], width: Int) {
        precondition(fill.count == picture.count, "the pictures have one size")
        let box = Rectangle(x: 0, y: 0, width: width, height: hole.count / width)
        let distances = StepDistances(in: box) { x, y in hole[y * width + x] == 0 }.values
        // Colours with a last lane of 1; all 0 where there is none.
        var lines = hole.indices.map { pixel -> SIMD4<Float> in
            guard hole[pixel] == 0 else { return .zero }
            return SIMD4(Float(picture[3 * pixel]), Float(picture[3 * pixel + 1]), Float(picture[3 * pixel + 2]), 1)
        }
        SideFill.forEachPixel(of: hole, width: width, between: picture) { pixel, colour in
            if let colour { lines[pixel] = SIMD4(colour, 1) }
        }
        let sums = sums(of: lines, width: width, height: box.height)
        for pixel in hole.indices where hole[pixel] != 0 && lines[pixel].w > 0 {
            let mean = sums[pixel] / sums[pixel].w
            let edge = edgeShare / Float(distances[pixel] * distances[pixel])
            for channel in 0..<3 {
                let own = Float(fill[3 * pixel + channel])
                let leaning = own + edge * (lines[pixel][channel] - own) + share * (mean[channel] - own)
                fill[3 * pixel + channel] = UInt8(min(max(leaning, 0), 255).rounded())
            }
        }
    }

    /// The sum over the square round each pixel, as far as it lies in the picture.
    private static func sums(of pixels: [SIMD4<Float>], width: Int, height: Int) -> [SIMD4<Float>] {
        var rows = pixels
        for y in 0..<height {
            for x in 0..<width {
                let near = max(0, x - reach)...min(width - 1, x + reach)
                rows[y * width + x] = near.reduce(.zero) { $0 + pixels[y * width + $1] }
            }
        }
        var sums = rows
        for y in 0..<height {
            let near = max(0, y - reach)...min(height - 1, y + reach)
            for x in 0..<width { sums[y * width + x] = near.reduce(.zero) { $0 + rows[$1 * width + x] } }
        }
        return sums
    }
}
