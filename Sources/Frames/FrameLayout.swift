/// What stays the same from frame to frame until the caps change.
public struct FrameLayout: Hashable, Sendable {
    public var format: PixelFormat
    public var width: Int
    public var height: Int
    /// How samples map to colour, in GStreamer's words (`bt709`, `2:4:16:4`); empty where nothing was said.
    public var colorimetry: String
    /// Where chroma samples sit, in GStreamer's words (`mpeg2`, `jpeg`); empty where nothing was said.
    public var chromaSite: String
    /// The length of one frame, from the caps' framerate; nil where the rate is variable or unknown.
    public var frameDuration: Timestamp?

    public init(
        format: PixelFormat, width: Int, height: Int, colorimetry: String = "", chromaSite: String = "",
        frameDuration: Timestamp? = nil
    ) {
        self.format = format
        self.width = width
        self.height = height
        self.colorimetry = colorimetry
        self.chromaSite = chromaSite
        self.frameDuration = frameDuration
    }

    /// The whole picture.
    public var bounds: Rectangle { Rectangle(x: 0, y: 0, width: width, height: height) }
}
