public import Frames

/// Where an expression's pictures and plugins come from.
public struct MaskSources {
    /// Reads a picture file.
    public var picture: (_ path: String) throws -> GrayImage
    /// Draws an SVG file in a size.
    public var drawing: (_ path: String, _ width: Int, _ height: Int) throws -> GrayImage
    /// The paths of a folder's pictures, in the order of their names.
    public var pictures: (_ folder: String) throws -> [String]
    public var plugin: (PluginCall) throws -> any MaskSource

    public init(
        picture: @escaping (_ path: String) throws -> GrayImage,
        drawing: @escaping (_ path: String, _ width: Int, _ height: Int) throws -> GrayImage,
        pictures: @escaping (_ folder: String) throws -> [String],
        plugin: @escaping (PluginCall) throws -> any MaskSource
    ) {
        self.picture = picture
        self.drawing = drawing
        self.pictures = pictures
        self.plugin = plugin
    }
}

/// Looks at frames, and says where their hole is.
///
/// Used from one thread at a time.
public protocol MaskSource: AnyObject {
    /// The hole of the next frame; nil where it cannot be told in time.
    ///
    /// Throws: what reading the frame throws.
    func mask(of frame: Frame) throws -> Mask?
    /// What the overlays in the last mask are made of, as far as that is known.
    var overlays: [Overlay] { get }
    /// Forgets all that was learnt from the past.
    func flush()
}

extension MaskSource {
    public var overlays: [Overlay] { [] }
}
