package import Frames

/// A picture of red, green and blue, a byte each, rows without padding.
package struct RGBPicture: Hashable, Sendable {
    package let width: Int
    package let height: Int
    /// height × width × 3 bytes.
    package var pixels: [UInt8]

    package init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height * 3, "a picture holds three bytes a pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    package var bounds: Rectangle { Rectangle(x: 0, y: 0, width: width, height: height) }

    /// Luma by BT.601, 0 to 255, not rounded, of a box of the picture, rows without padding.
    func luma(in box: Rectangle) -> [Double] {
        pixels.withUnsafeBufferPointer { pixels in
            [Double](unsafeUninitializedCapacity: box.area) { luma, count in
                for y in box.y..<box.bottom {
                    for x in box.x..<box.right {
                        let place = (y * width + x) * 3
                        luma[count] =
                            0.299 * Double(pixels[place]) + 0.587 * Double(pixels[place + 1])
                            + 0.114 * Double(pixels[place + 2])
                        count += 1
                    }
                }
            }
        }
    }
}
