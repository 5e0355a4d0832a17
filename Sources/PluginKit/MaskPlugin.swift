/// A plugin that looks at frames and says where their hole is.
///
/// Calls come from one thread at a time.
public protocol MaskPlugin: AnyObject {
    /// That of the library's file, without `lib` and `.so`.
    static var name: String { get }
    static var version: String { get }
    /// One line.
    static var summary: String { get }
    /// What it looks at.
    static var picture: PluginPicture { get }
    static var settings: [PluginSetting] { get }

    /// Throws: What keeps it from working with these values.
    init(_ values: PluginValues) throws

    /// Marks the hole of a frame in a mask that is empty.
    func find(in frame: PluginFrame, mask: PluginMask) throws
    /// Forgets the past: the next frame does not follow the last one.
    func flush()
    /// What the overlays of the frame that was looked at last are made of, as far as that is known. Their pixels lie in
    /// the mask too.
    var overlays: [PluginOverlay] { get }
}

extension MaskPlugin {
    public var overlays: [PluginOverlay] { [] }
}

public enum PluginPicture: UInt32, Sendable {
    /// 8 bits of luma.
    case luma = 1
    /// Luma, and Cb and Cr at half the columns and rows, 8 bits each.
    case yuv420 = 2
}

/// Source: ITU-R BT.601, BT.709 and BT.2020.
public enum PluginMatrix: Int32, Sendable {
    case bt601 = 1
    case bt709 = 2
    case bt2020 = 3
}

/// Samples in rows, of the host, for as long as a call lasts.
public struct PluginPlane {
    public let base: UnsafePointer<UInt8>
    public let width: Int
    public let height: Int
    /// Units: bytes from a row to the next.
    public let stride: Int

    public init(base: UnsafePointer<UInt8>, width: Int, height: Int, stride: Int) {
        self.base = base
        self.width = width
        self.height = height
        self.stride = stride
    }

    public func row(_ y: Int) -> UnsafePointer<UInt8> { base + y * stride }
}

public struct PluginFrame {
    public let luma: PluginPlane
    /// Cb and Cr, where the plugin looks at them.
    public let chroma: (cb: PluginPlane, cr: PluginPlane)?
    /// Nanoseconds in the stream, where it is known.
    public let time: Int64?
    /// How luma and chroma come from R, G and B.
    public let matrix: PluginMatrix
    /// Whether black is 0 and white 255, and not 16 and 235.
    public let isFullRange: Bool

    public var width: Int { luma.width }
    public var height: Int { luma.height }

    public init(
        luma: PluginPlane, chroma: (cb: PluginPlane, cr: PluginPlane)?, time: Int64?, matrix: PluginMatrix,
        isFullRange: Bool
    ) {
        self.luma = luma
        self.chroma = chroma
        self.time = time
        self.matrix = matrix
        self.isFullRange = isFullRange
    }
}

/// A byte for each pixel of a frame, of the host: whatever is not 0 is the hole.
public struct PluginMask {
    public let pixels: UnsafeMutablePointer<UInt8>
    public let width: Int
    public let height: Int

    public init(pixels: UnsafeMutablePointer<UInt8>, width: Int, height: Int) {
        self.pixels = pixels
        self.width = width
        self.height = height
    }

    public func row(_ y: Int) -> UnsafeMutablePointer<UInt8> { pixels + y * width }

    /// Marks a box, as far as it lies in the frame.
    public func fill(x: Int, y: Int, width boxWidth: Int, height boxHeight: Int) {
        let (left, right) = (max(x, 0), min(x + boxWidth, width))
        guard left < right else { return }
        for y in max(y, 0)..<max(min(y + boxHeight, height), max(y, 0)) {
            (row(y) + left).update(repeating: 255, count: right - left)
        }
    }
}
