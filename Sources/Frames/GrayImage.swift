/// A picture of one byte a pixel, rows without padding.
public struct GrayImage: Hashable, Sendable {
    public let width: Int
    public let height: Int
    public var pixels: [UInt8]

    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height, "a gray image holds one byte a pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
    }
}
