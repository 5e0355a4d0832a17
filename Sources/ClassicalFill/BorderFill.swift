/// Fills a hole smoothly from the pixels round it, without a network: fast, and the same every time.
///
/// The picture is averaged down, level by level, over the pixels that are known, until everything is; then every pixel
/// that is not known takes what the level below shows there. What stands in the hole has no part in it.
///
/// Source: the push-pull of Gortler, Grzeszczuk, Szeliski and Cohen, "The Lumigraph", SIGGRAPH 1996, with boxes of 2 × 2
/// on the way down and bilinear steps on the way up.
public final class BorderFill {
    /// One level of the pyramid: red, green, blue, and in the last lane how much of the pixel is known, 0 to 1.
    private struct Level {
        let width: Int
        let height: Int
        let pixels: UnsafeMutableBufferPointer<SIMD4<Float>>
    }

    /// From the picture's own size down to one pixel.
    private let levels: [Level]

    /// - Parameters:
    ///   - width: the pictures' width in pixels, above 0, as is `height`.
    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0, "a picture has pixels")
        var levels: [Level] = []
        var (width, height) = (width, height)
        while true {
            levels.append(Level(width: width, height: height, pixels: .allocate(capacity: width * height)))
            if width == 1 && height == 1 { break }
            (width, height) = ((width + 1) / 2, (height + 1) / 2)
        }
        self.levels = levels
    }

    deinit {
        for level in levels { level.pixels.deallocate() }
    }

    /// Writes the hole's pixels; the others stay as they are. A picture that is all hole becomes grey.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, other than 0 = hole.
    public func fill(_ picture: inout [UInt8], hole: [UInt8]) {
        let base = levels[0]
        precondition(
            hole.count == base.pixels.count && picture.count == 3 * hole.count, "the pictures have the filler's size")
        picture.withUnsafeMutableBufferPointer { picture in
            for pixel in hole.indices {
                base.pixels[pixel] =
                    hole[pixel] != 0
                    ? .zero
                    : SIMD4(
                        Float(picture[3 * pixel]), Float(picture[3 * pixel + 1]), Float(picture[3 * pixel + 2]), 1)
            }
            for index in levels.indices.dropFirst() { Self.reduce(levels[index - 1], into: levels[index]) }
            let top = levels[levels.count - 1].pixels
            if top[0].w == 0 { top[0] = SIMD4(127.5, 127.5, 127.5, 1) }
            for index in levels.indices.dropLast().reversed() { Self.complete(levels[index], from: levels[index + 1]) }
            for pixel in hole.indices where hole[pixel] != 0 {
                let colour = base.pixels[pixel] + 0.5
                picture[3 * pixel] = UInt8(colour.x)
                picture[3 * pixel + 1] = UInt8(colour.y)
                picture[3 * pixel + 2] = UInt8(colour.z)
            }
        }
    }

    /// The mean of the known pixels of each 2 × 2; one known pixel is enough to know the mean.
    private static func reduce(_ fine: Level, into coarse: Level) {
        for y in 0..<coarse.height {
            let rows = (2 * y, min(2 * y + 1, fine.height - 1))
            for x in 0..<coarse.width {
                let columns = (2 * x, min(2 * x + 1, fine.width - 1))
                var sum = weighed(fine.pixels[rows.0 * fine.width + columns.0])
                if columns.1 > columns.0 { sum += weighed(fine.pixels[rows.0 * fine.width + columns.1]) }
                if rows.1 > rows.0 {
                    sum += weighed(fine.pixels[rows.1 * fine.width + columns.0])
                    if columns.1 > columns.0 { sum += weighed(fine.pixels[rows.1 * fine.width + columns.1]) }
                }
                let known = sum.w
                if known > 0 { sum /= known }
                sum.w = min(1, known)
                coarse.pixels[y * coarse.width + x] = sum
            }
        }
    }

    private static func weighed(_ pixel: SIMD4<Float>) -> SIMD4<Float> {
        var weighed = pixel * pixel.w
        weighed.w = pixel.w
        return weighed
    }

    /// Gives every pixel that is not known what the coarser level has there.
    private static func complete(_ fine: Level, from coarse: Level) {
        for y in 0..<fine.height {
            // A fine pixel's centre lies a quarter of a coarse pixel beside the one it is part of.
            let rows = (y / 2, neighbour(of: y, count: coarse.height))
            for x in 0..<fine.width {
                let pixel = fine.pixels[y * fine.width + x]
                guard pixel.w < 1 else { continue }
                let columns = (x / 2, neighbour(of: x, count: coarse.width))
                let near =
                    coarse.pixels[rows.0 * coarse.width + columns.0] * 0.75
                    + coarse.pixels[rows.0 * coarse.width + columns.1] * 0.25
                let far =
                    coarse.pixels[rows.1 * coarse.width + columns.0] * 0.75
                    + coarse.pixels[rows.1 * coarse.width + columns.1] * 0.25
                var below = near * 0.75 + far * 0.25
                below = pixel * pixel.w + below * (1 - pixel.w)
                below.w = 1
                fine.pixels[y * fine.width + x] = below
            }
        }
    }

    /// The coarse pixel on the side of its own on which a fine one lies, the last where there is none.
    private static func neighbour(of fine: Int, count: Int) -> Int {
        min(max(fine / 2 + (fine.isMultiple(of: 2) ? -1 : 1), 0), count - 1)
    }
}
