public import Frames

/// The hole of one frame as it is filled: grown, with the alpha of its edge, in separate parts.
public struct Hole: Sendable {
    /// The parts, each with the alpha of its pixels; their boxes lie at least two pixels apart.
    public let parts: [AlphaMask]

    public var isEmpty: Bool { parts.isEmpty }

    /// The hole of a frame that has none.
    public static let none = Hole(of: Mask(width: 0, height: 0), grow: 0, feather: 0)

    /// Grows a mask and feathers the edge inside.
    ///
    /// A pixel is added where a pixel of the mask is at most `grow` steps away, a step going to one of the four
    /// neighbours; this equals `grow` dilations with a 3×3 cross. Alpha rises in even steps from the grown hole's
    /// outermost pixels, 1/(feather + 1), to those `feather` pixels further in, 1. The frame's edge is no edge of the
    /// hole: there is nothing beyond it to fade into.
    ///
    /// Units: pixels of the frame.
    public init(of mask: Mask, grow: Int, feather: Int) {
        precondition(grow >= 0 && (0..<255).contains(feather), "growth and feather are pixels, feather below 255")
        let frame = Rectangle(x: 0, y: 0, width: mask.width, height: mask.height)
        // Boxes that do not meet with this much round them cannot reach each other, so each is grown by itself.
        var boxes: [Rectangle] = []
        for part in MaskParts(of: mask).boxes {
            boxes.insertMerging(part) { one, other in
                !one.expanded(by: grow + 1).intersection(other.expanded(by: grow + 1)).isEmpty
            }
        }
        parts = boxes.map { box in
            let bounds = box.expanded(by: grow).intersection(frame)
            let grown = Self.grown(mask, in: bounds, by: grow)
            return AlphaMask(bounds: bounds, values: Self.feathered(grown, in: bounds, of: frame, over: feather))
        }
    }

    /// 1 for each pixel of `bounds` within `grow` steps of the mask, 0 for the others.
    private static func grown(_ mask: Mask, in bounds: Rectangle, by grow: Int) -> [UInt8] {
        mask.pixels.withUnsafeBufferPointer { pixels in
            StepDistances(in: bounds) { x, y in pixels[y * mask.width + x] != 0 }
                .values.map { $0 <= grow ? 1 : 0 }
        }
    }

    private static func feathered(
        _ grown: [UInt8], in bounds: Rectangle, of frame: Rectangle, over feather: Int
    ) -> [UInt8] {
        if feather == 0 { return grown.map { $0 == 0 ? 0 : 255 } }
        // One pixel round the hole shows where it ends; beyond the frame there is none.
        let box = bounds.expanded(by: 1).intersection(frame)
        let depths = grown.withUnsafeBufferPointer { grown in
            StepDistances(in: box) { x, y in
                guard x >= bounds.x, x < bounds.right, y >= bounds.y, y < bounds.bottom else { return true }
                return grown[(y - bounds.y) * bounds.width + x - bounds.x] == 0
            }.values
        }
        let full = Int32(feather + 1)
        let alphas = (0...full).map { UInt8((255 * $0 + full / 2) / full) }
        var values = [UInt8]()
        values.reserveCapacity(bounds.area)
        for y in bounds.y..<bounds.bottom {
            let row = (y - box.y) * box.width + bounds.x - box.x
            values.append(contentsOf: depths[row..<row + bounds.width].lazy.map { alphas[Int(min($0, full))] })
        }
        return values
    }
}

extension [Rectangle] {
    /// Adds a box, joined with all that meet it and what they meet once joined.
    mutating func insertMerging(_ box: Rectangle, where meet: (Rectangle, Rectangle) -> Bool) {
        var joined = box
        while let index = firstIndex(where: { meet($0, joined) }) { joined = joined.union(remove(at: index)) }
        append(joined)
    }
}
