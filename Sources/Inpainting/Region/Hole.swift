public import Frames

/// The hole of one frame as it is filled: grown, and with the alpha of its edge.
public struct Hole: Sendable {
    /// The alpha of each pixel; a pixel belongs to the hole where it is not 0.
    public let alpha: AlphaMask
    /// Boxes round the hole's separate parts; together they hold every pixel of it.
    public let parts: [Rectangle]

    public var bounds: Rectangle { alpha.bounds }
    public var isEmpty: Bool { alpha.bounds.isEmpty }

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
        guard !mask.isEmpty else {
            alpha = AlphaMask(bounds: .empty, values: [])
            parts = []
            return
        }
        let frame = Rectangle(x: 0, y: 0, width: mask.width, height: mask.height)
        let bounds = mask.bounds.expanded(by: grow).intersection(frame)
        let grown = Self.grown(mask, in: bounds, by: grow)
        alpha = AlphaMask(bounds: bounds, values: Self.feathered(grown, in: bounds, of: frame, over: feather))
        parts = HoleParts(of: alpha).boxes
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
