public import Frames

/// Paints an expression's mask for each frame of a stream.
///
/// Used from one thread at a time.
public final class MaskPainter {
    /// What came of a frame.
    public struct Painting {
        public let mask: Mask
        /// Whether a plugin did not say in time where its part is; the part it said last is in the mask.
        public let isMissingPart: Bool
        /// What plugins know of the overlays of the frame, whether they lie in the mask or not.
        public let overlays: [Overlay]
    }

    private let root: any MaskNode

    /// Reads an expression's pictures, and makes its plugins.
    ///
    /// Throws: whatever the sources throw.
    public init(_ expression: MaskExpression, from sources: MaskSources) throws {
        root = try expression.node(from: sources)
    }

    /// The mask of the next frame.
    ///
    /// - Parameter stream: what the mask pad brought for it.
    ///
    /// Throws: what reading the frame or a folder's next picture throws.
    public func paint(_ frame: Frame, stream: GrayImage?) throws -> Painting {
        var scene = MaskScene(frame: frame, stream: stream)
        let mask = try root.mask(of: &scene)
        return Painting(mask: mask, isMissingPart: scene.isMissingPart, overlays: scene.overlays)
    }

    /// Forgets what was learnt from frames before.
    public func flush() { root.flush() }
}

/// What is known of one frame.
struct MaskScene {
    let frame: Frame
    let stream: GrayImage?
    var isMissingPart = false
    var overlays: [Overlay] = []

    init(frame: Frame, stream: GrayImage?) {
        self.frame = frame
        self.stream = stream
    }

    var width: Int { frame.layout.width }
    var height: Int { frame.layout.height }
    var empty: Mask { Mask(width: width, height: height) }
}
