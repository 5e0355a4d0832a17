internal import Frames
internal import Inpainting
internal import Masks
internal import MediaGraph

/// Makes each frame's hole from the settings and the mask stream, anew only where one of them changed.
struct HoleSource {
    /// All a hole depends on besides the expression's own pictures.
    private struct Recipe: Equatable {
        let text: String?
        let picture: GrayImage?
        let grow: Int
        let feather: Int
        let width: Int
        let height: Int
    }

    private var text: String?
    private var expression: StationaryMask?
    private var latest: (recipe: Recipe, hole: Hole)?

    /// Reads the expression that is set.
    ///
    /// Throws: `FrameError` for an expression or a picture that cannot be used.
    init(_ text: String?) throws {
        try setExpression(text)
    }

    /// Takes a new expression, if it is one; the one before it stays where the new one cannot be used.
    mutating func setExpression(_ text: String?) throws {
        guard text != self.text else { return }
        // Said once: a text that failed is not tried again with every frame.
        self.text = text
        expression = try text.map { text in
            try StationaryMask(text, fileExists: FileSystem.fileExists, decode: ImageFile.gray(contentsOf:))
        }
        latest = nil
    }

    /// The hole of a frame, or nil where neither an expression nor a picture says where to look.
    mutating func hole(in layout: FrameLayout, picture: GrayImage?, grow: Int, feather: Int) -> Hole? {
        guard expression != nil || picture != nil else { return nil }
        let recipe = Recipe(
            text: text, picture: picture, grow: grow, feather: feather, width: layout.width, height: layout.height)
        if let latest, latest.recipe == recipe { return latest.hole }
        let drawn = expression?.mask(width: layout.width, height: layout.height)
        let streamed = picture.map { Mask(whiteOf: $0, width: layout.width, height: layout.height) }
        let mask = drawn.map { drawn in streamed.map(drawn.union) ?? drawn } ?? streamed
        guard let mask else { return nil }
        let hole = Hole(of: mask, grow: grow, feather: feather)
        latest = (recipe, hole)
        return hole
    }
}
