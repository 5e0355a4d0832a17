/// Fills a hole with straight lines between the pixels on its four sides, as ffmpeg's delogo does with a box.
///
/// Every pixel is the mean of the nearest known pixels to the left, right, above and below, each weighted by one over its
/// distance. Where the frame ends before a known pixel comes, that side has no part in it.
public enum SideFill {
    /// Writes the hole's pixels; the others stay as they are. A pixel that sees no side becomes grey.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, other than 0 = hole.
    public static func fill(_ picture: inout [UInt8], hole: [UInt8], width: Int) {
        let known = picture
        forEachPixel(of: hole, width: width, between: known) { pixel, colour in
            let colour = colour ?? SIMD3(repeating: 128)
            for channel in 0..<3 { picture[3 * pixel + channel] = UInt8(colour[channel].rounded()) }
        }
    }

    /// Gives the colour of each pixel of a hole; nil for one that sees no side.
    static func forEachPixel(
        of hole: [UInt8], width: Int, between known: [UInt8], _ body: (_ pixel: Int, _ colour: SIMD3<Float>?) -> Void
    ) {
        precondition(width > 0 && known.count == 3 * hole.count, "the pictures have one size")
        let height = hole.count / width
        guard let top = hole.firstIndex(where: { $0 != 0 }).map({ $0 / width }) else { return }
        // The nearest known row above, and below, of each column; -1 and the height where there is none.
        var above = [Int](repeating: top - 1, count: width)
        var below = [Int](repeating: -1, count: width)
        for y in top..<height {
            var left = -1
            var right = -1
            for x in 0..<width {
                let pixel = y * width + x
                guard hole[pixel] != 0 else {
                    left = x
                    above[x] = y
                    continue
                }
                if right < x { right = (x..<width).first { hole[y * width + $0] == 0 } ?? width }
                if below[x] < y { below[x] = (y..<height).first { hole[$0 * width + x] == 0 } ?? height }
                var sum = SIMD4<Float>.zero
                func add(_ place: Int, distance: Int) {
                    let weight = 1 / Float(distance)
                    sum +=
                        weight
                        * SIMD4(
                            Float(known[3 * place]), Float(known[3 * place + 1]), Float(known[3 * place + 2]), 1)
                }
                if left >= 0 { add(y * width + left, distance: x - left) }
                if right < width { add(y * width + right, distance: right - x) }
                if above[x] >= 0 { add(above[x] * width + x, distance: y - above[x]) }
                if below[x] < height { add(below[x] * width + x, distance: below[x] - y) }
                body(pixel, sum.w > 0 ? SIMD3(sum.x, sum.y, sum.z) / sum.w : nil)
            }
        }
    }
}
