public import Frames

/// How much of the fill each pixel of a frame takes: 0 leaves the frame as it is, 255 takes the fill alone.
public struct AlphaMask: Hashable, Sendable {
    /// The box outside of which every value is 0, in the frame's pixels.
    public let bounds: Rectangle
    /// One value a pixel of `bounds`, rows without padding.
    public let values: [UInt8]

    public init(bounds: Rectangle, values: [UInt8]) {
        precondition(values.count == bounds.area, "an alpha mask holds one value a pixel of its bounds")
        self.bounds = bounds
        self.values = values
    }

    /// The value of a pixel anywhere in the frame.
    public subscript(x: Int, y: Int) -> UInt8 {
        guard x >= bounds.x, x < bounds.right, y >= bounds.y, y < bounds.bottom else { return 0 }
        return values[(y - bounds.y) * bounds.width + x - bounds.x]
    }
}
