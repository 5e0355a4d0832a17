/// The hole of one frame: a picture the frame's size in which 1 is a hole and 0 is not.
public struct Mask: Hashable, Sendable {
    public let width: Int
    public let height: Int
    /// One byte a pixel, 0 or 1, rows without padding.
    public let pixels: [UInt8]
    /// The smallest box that holds every hole pixel; empty where there is none.
    public let bounds: Rectangle

    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height, "a mask holds one byte a pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
        self.bounds = Self.bounds(of: pixels, width: width, height: height)
    }

    /// A mask without a hole.
    public init(width: Int, height: Int) {
        self.init(width: width, height: height, pixels: [UInt8](repeating: 0, count: width * height))
    }

    public var isEmpty: Bool { bounds.isEmpty }

    private static func bounds(of pixels: [UInt8], width: Int, height: Int) -> Rectangle {
        pixels.withUnsafeBufferPointer { pixels in
            var left = width
            var right = 0
            var top = height
            var bottom = 0
            for y in 0..<height {
                let row = UnsafeBufferPointer(rebasing: pixels[y * width..<(y + 1) * width])
                guard let first = row.firstIndex(where: { $0 != 0 }),
                    let last = row.lastIndex(where: { $0 != 0 })
                else { continue }
                left = min(left, first)
                right = max(right, last + 1)
                top = min(top, y)
                bottom = y + 1
            }
            return right > left ? Rectangle(x: left, y: top, width: right - left, height: bottom - top) : .empty
        }
    }
}
