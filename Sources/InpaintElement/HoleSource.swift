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
    }

    /// What came of a frame.
    struct Finding {
        let hole: Hole
        /// Whether a plugin did not say in time where its part is.
        let isMissingPart: Bool
    }

    private let sources: MaskSources
    private var text: String?
    private var revision = 0
    /// Paints what the text says and the mask pad brings; nil where there is no text.
    private var painter: MaskPainter?
    /// Paints what the mask pad brings.
    private let streamPainter: MaskPainter
    private var latest: (recipe: Recipe, hole: Hole)?

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
    /// - Parameter picture: what the mask pad brought for it.
    ///
    /// Throws: `FrameError` for a mask that does not go with the frame.
    mutating func hole(in frame: Frame, picture: GrayImage?, grow: Int, feather: Int) throws -> Finding? {
        guard painter != nil || picture != nil else { return nil }
        let painting = try (painter ?? streamPainter).paint(frame, stream: picture)
        let recipe = Recipe(mask: painting.mask, grow: grow, feather: feather)
        let hole =
            if let latest, latest.recipe == recipe { latest.hole } else {
                Hole(of: painting.mask, grow: grow, feather: feather)
            }
        latest = (recipe, hole)
        return Finding(hole: hole, isMissingPart: painting.isMissingPart)
    }

    /// Forgets what was learnt from frames before.
    func flush() {
        painter?.flush()
    }
}
