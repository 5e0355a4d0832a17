/// What a static, semi-transparent overlay is made of: seen = (1 − alpha) · picture + alpha · colour.
///
/// Units: levels of 256, of luma, Cb and Cr; a frame of R, G and B as mask sources see it, BT.709 from 16 to 235.
public struct Overlay: Hashable, Sendable {
    /// One plane of it.
    public struct Samples: Hashable, Sendable {
        /// Below 1; less than 0 where nothing is known.
        public let alpha: [Float]
        /// For each of the components, alpha · colour.
        public let colors: [[Float]]

        public init(alpha: [Float], colors: [[Float]]) {
            precondition(colors.allSatisfy { $0.count == alpha.count }, "every sample has its alpha")
            self.alpha = alpha
            self.colors = colors
        }
    }

    /// Where its box lies, on even pixels.
    public let box: Rectangle
    /// The frame in which it lies.
    public let frame: Rectangle
    /// Of the box's pixels, rows without padding.
    public let luma: Samples
    /// Cb and Cr of the box's squares of two by two pixels, as many as it reaches; nil where nothing is known.
    public let chroma: Samples?

    public init(box: Rectangle, frame: Rectangle, luma: Samples, chroma: Samples?) {
        precondition(
            frame.contains(box) && box.x.isMultiple(of: 2) && box.y.isMultiple(of: 2), "an overlay lies on the squares")
        precondition(luma.alpha.count == box.area && luma.colors.count == 1, "an overlay has a value a pixel")
        let squares = (box.width + 1) / 2 * ((box.height + 1) / 2)
        precondition(
            chroma.map { $0.alpha.count == squares && $0.colors.count == 2 } ?? true, "and one a square of each chroma")
        (self.box, self.frame, self.luma, self.chroma) = (box, frame, luma, chroma)
    }
}
