/// Makes tiles of one colour of whatever is to be hidden.
public enum Mosaic {
    /// Gives every hole pixel the mean of its tile, the pixels outside the hole included; the others stay.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, other than 0 = hole.
    ///
    /// - Parameter tile: the tiles' side. Units: pixels.
    public static func fill(_ picture: inout [UInt8], hole: [UInt8], width: Int, height: Int, tile: Int) {
        precondition(tile > 0 && hole.count == width * height && picture.count == 3 * hole.count, "sizes fit")
        for top in stride(from: 0, to: height, by: tile) {
            for left in stride(from: 0, to: width, by: tile) {
                let (bottom, right) = (min(top + tile, height), min(left + tile, width))
                guard
                    (top..<bottom).contains(where: { y in
                        hole[y * width + left..<y * width + right].contains { $0 != 0 }
                    })
                else { continue }
                var sums = (0, 0, 0)
                for y in top..<bottom {
                    for pixel in y * width + left..<y * width + right {
                        sums.0 += Int(picture[3 * pixel])
                        sums.1 += Int(picture[3 * pixel + 1])
                        sums.2 += Int(picture[3 * pixel + 2])
                    }
                }
                let count = (bottom - top) * (right - left)
                let color = (UInt8(sums.0 / count), UInt8(sums.1 / count), UInt8(sums.2 / count))
                for y in top..<bottom {
                    for pixel in y * width + left..<y * width + right where hole[pixel] != 0 {
                        (picture[3 * pixel], picture[3 * pixel + 1], picture[3 * pixel + 2]) = color
                    }
                }
            }
        }
    }
}
