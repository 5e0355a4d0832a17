internal import CInpaintPlugin

/// What a static, semi-transparent overlay is made of: seen = (1 − alpha) · picture + alpha · colour.
public final class PluginOverlay {
    /// One plane of it.
    public struct Samples {
        /// 0 to below 1; less than 0 where nothing is known.
        public var alpha: [Float]
        /// For each of the components, alpha · colour. Units: levels of 256.
        public var colors: [[Float]]

        public init(alpha: [Float], colors: [[Float]]) {
            self.alpha = alpha
            self.colors = colors
        }
    }

    /// Another one for every overlay that differs.
    public let version: UInt64
    /// Of its box, in pixels of the frame, even ones.
    public let x: Int
    public let y: Int
    public let width: Int
    public let height: Int
    /// Of the box's pixels, rows without padding.
    public let luma: Samples
    /// Of its squares of two by two pixels, Cb and Cr; nil for a plugin that looks at luma alone.
    public let chroma: Samples?
    /// All of them in turn, at a place that stays.
    private let planes: UnsafeMutableBufferPointer<Float>

    public init(version: UInt64, x: Int, y: Int, width: Int, height: Int, luma: Samples, chroma: Samples?) {
        (self.version, self.x, self.y, self.width, self.height) = (version, x, y, width, height)
        (self.luma, self.chroma) = (luma, chroma)
        let all = [luma.alpha] + luma.colors + (chroma.map { [$0.alpha] + $0.colors } ?? [])
        let squares = (width + 1) / 2 * ((height + 1) / 2)
        let counts = [width * height, width * height] + (chroma == nil ? [] : [squares, squares, squares])
        precondition(all.map(\.count) == counts, "an overlay has a value for each of its samples")
        planes = .allocate(capacity: counts.reduce(0, +))
        _ = planes.initialize(from: all.joined())
    }

    deinit { planes.deallocate() }

    /// Marks every pixel that it covers, known or not.
    public func paint(on mask: PluginMask) {
        for row in 0..<height {
            let (alpha, marks) = (row * width, mask.row(y + row) + x)
            for column in 0..<width where luma.alpha[alpha + column] != 0 { marks[column] = 255 }
        }
    }

    /// What crosses the door; it holds as long as the overlay.
    func write(to overlay: inout InpaintOverlay) {
        guard let base = planes.baseAddress else { return }
        let (pixels, squares) = (width * height, (width + 1) / 2 * ((height + 1) / 2))
        overlay.version = version
        (overlay.x, overlay.y, overlay.width, overlay.height) = (Int32(x), Int32(y), Int32(width), Int32(height))
        overlay.alpha = UnsafePointer(base)
        overlay.luma = UnsafePointer(base + pixels)
        guard chroma != nil else { return }
        overlay.chroma_alpha = UnsafePointer(base + 2 * pixels)
        overlay.cb = UnsafePointer(base + 2 * pixels + squares)
        overlay.cr = UnsafePointer(base + 2 * pixels + 2 * squares)
    }
}
