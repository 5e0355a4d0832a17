internal import Frames
internal import Inpainting
internal import Masks

/// Makes each frame's hole from the settings and the mask stream, anew only where one of them changed.
struct HoleSource {
    /// All a hole depends on.
    private struct Recipe: Equatable {
        let mask: Mask
        let grow: Int
        let feather: Int
        let overlays: [Overlay]
    }

    /// What came of a frame.
    struct Finding {
        let hole: Hole
        /// Whether a plugin did not say in time where its part is.
        let isMissingPart: Bool
        /// What is to be done to the frame before its hole is filled.
        let unblending: Unblending?
        /// Whether something is known of its overlays that is not made use of.
        let keepsOverlays: Bool
    }

    private let sources: MaskSources
    private var text: String?
    private var revision = 0
    /// Paints what the text says and the mask pad brings; nil where there is no text.
    private var painter: MaskPainter?
    /// Paints what the mask pad brings.
    private let streamPainter: MaskPainter
    private var latest: (recipe: Recipe, hole: Hole, unblending: Unblending?)?

    /// Reads the expression that is set.
    ///
    /// Throws: `FrameError` for an expression, a picture or a plugin that cannot be used.
    init(_ text: String?, revision: Int = 0, from sources: MaskSources) throws {
        self.sources = sources
        streamPainter = try MaskPainter(.stream, from: sources)
        try setExpression(text, revision: revision)
    }

    /// Takes a new expression, if it is one; the one before it stays where the new one cannot be used.
    ///
    /// - Parameter revision: another one than before reads the same expression's pictures again.
    mutating func setExpression(_ text: String?, revision: Int) throws {
        guard text != self.text || revision != self.revision else { return }
        // Said once: a text that failed is not tried again with every frame.
        self.text = text
        self.revision = revision
        painter = try text.map { text in
            let said = try MaskExpression(
                text, fileExists: FileSystem.fileExists, folderExists: FileSystem.folderExists)
            return try MaskPainter(said.namesStream ? said : .union(said, .stream), from: sources)
        }
    }

    /// The hole of a frame, or nil where neither an expression nor a picture says where to look.
    ///
    /// - Parameters:
    ///   - picture: what the mask pad brought for it.
    ///   - unblends: whether what is known of overlays may be made use of.
    ///
    /// Throws: `FrameError` for a mask that does not go with the frame.
    mutating func hole(in frame: Frame, picture: GrayImage?, grow: Int, feather: Int, unblends: Bool) throws
        -> Finding?
    {
        guard painter != nil || picture != nil else { return nil }
        let painting = try (painter ?? streamPainter).paint(frame, stream: picture)
        let recipe = Recipe(
            mask: painting.mask, grow: grow, feather: feather, overlays: unblends ? painting.overlays : [])
        let known = latest.flatMap { $0.recipe == recipe ? $0 : nil } ?? make(recipe, frame.layout.format)
        latest = known
        return Finding(
            hole: known.hole, isMissingPart: painting.isMissingPart, unblending: known.unblending,
            keepsOverlays: !unblends && !painting.overlays.isEmpty)
    }

    private func make(
        _ recipe: Recipe, _ format: PixelFormat
    ) -> (recipe: Recipe, hole: Hole, unblending: Unblending?) {
        let unblending =
            recipe.overlays.isEmpty ? nil : Unblending(of: recipe.overlays, in: recipe.mask, format: format)
        let hole = Hole(of: unblending?.rest ?? recipe.mask, grow: recipe.grow, feather: recipe.feather)
        return (recipe, hole, unblending.flatMap { $0.isEmpty ? nil : $0 })
    }

    /// Forgets what was learnt from frames before.
    func flush() {
        painter?.flush()
    }
}
