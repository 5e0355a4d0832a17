internal import Frames

/// A box whose sides are said in pixels or as a share of the frame.
public struct MaskRectangle: Hashable, Sendable {
    public let x: MaskLength
    public let y: MaskLength
    public let width: MaskLength
    public let height: MaskLength

    public init(x: MaskLength, y: MaskLength, width: MaskLength, height: MaskLength) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The part of it that lies in a frame of the given size.
    ///
    /// Each edge is rounded by itself, so that boxes that share an edge in percent share it in pixels too.
    func box(width frameWidth: Int, height frameHeight: Int) -> Rectangle {
        let columns = Self.span(from: x, length: width, side: frameWidth)
        let rows = Self.span(from: y, length: height, side: frameHeight)
        let box = Rectangle(x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
        return box.isEmpty ? .empty : box
    }

    private static func span(from start: MaskLength, length: MaskLength, side: Int) -> Range<Int> {
        // A share of a side may be beyond all numbers, and the sum of two such is none.
        let farthest = 1e12
        let bounded = { (length: MaskLength) in min(max(length.pixels(ofSide: side), -farthest), farthest) }
        let clipped = { (edge: Double) in Int(min(max(edge, 0), Double(side)).rounded()) }
        return clipped(bounded(start))..<clipped(bounded(start) + bounded(length))
    }
}
