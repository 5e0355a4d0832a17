public import Frames

extension Mask {
    /// The white of a picture (50 % or more), scaled to the given size by its nearest pixels.
    public init(whiteOf picture: GrayImage, width: Int, height: Int) {
        guard picture.width > 0, picture.height > 0 else {
            self.init(width: width, height: height)
            return
        }
        // Pixel centres are matched, so a picture of the frame's own size maps one to one.
        let columns = (0..<width).map { (2 * $0 + 1) * picture.width / (2 * width) }
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height) { pixels, count in
            picture.pixels.withUnsafeBufferPointer { source in
                for y in 0..<height {
                    let row = (2 * y + 1) * picture.height / (2 * height) * picture.width
                    for x in 0..<width {
                        pixels[y * width + x] = source[row + columns[x]] >> 7
                    }
                }
            }
            count = width * height
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// A mask whose hole is a box inside it.
    init(filling box: Rectangle, width: Int, height: Int) {
        var pixels = [UInt8](repeating: 0, count: width * height)
        for y in box.y..<box.bottom {
            for x in box.x..<box.right {
                pixels[y * width + x] = 1
            }
        }
        self.init(width: width, height: height, pixels: pixels)
    }

    /// Whatever is a hole in either of two masks of one size.
    public func union(_ other: Mask) -> Mask {
        precondition(width == other.width && height == other.height, "masks of one frame have one size")
        if other.isEmpty { return self }
        if isEmpty { return other }
        return Mask(width: width, height: height, pixels: zip(pixels, other.pixels).map { $0 | $1 })
    }
}
