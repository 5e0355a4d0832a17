internal import CInpaintPlugin
public import Frames

/// One instance of a mask source, as the stage asks it.
///
/// Used from one thread at a time.
public final class MaskPluginCaller {
    /// How long a frame may be looked at. Set by who knows whether the stream is live.
    public var patience = Duration.seconds(10)

    private let plugin: Plugin
    private let instance: PluginInstance
    private let calls: PluginCalls
    private var told = PluginOverlays()

    /// - Parameter notice: told what a user should know; called from the thread that asks.
    ///
    /// Throws: `FrameError` for a plugin of another kind, and for values that it does not take.
    public init(
        _ plugin: Plugin, _ values: [String: String], notice: @escaping @Sendable (String) -> Void
    ) throws(FrameError) {
        guard plugin.kind == .maskSource else {
            throw FrameError(.badSetting, subject: plugin.name, detail: "is a \(plugin.kind), expected a mask source")
        }
        self.plugin = plugin
        instance = try plugin.instance(values)
        calls = PluginCalls(of: plugin.name, notice: notice)
    }

    /// Whether it failed so often that it is asked no more.
    public var isOff: Bool { calls.isOff }

    /// What the overlays in its last mask are made of, as far as the plugin knows.
    public var overlays: [Overlay] { told.all }

    /// The hole of the next frame; nil where the plugin fails or takes too long.
    ///
    /// Throws: what mapping the frame throws.
    public func mask(of frame: Frame) throws -> Mask? {
        guard !calls.isOff, let find = plugin.table.find else { return nil }
        let picture = try PluginPicture(
            frame, hasChroma: plugin.table.picture == UInt32(INPAINT_PICTURE_YUV420))
        let frame = frame.layout.bounds
        let found = calls.call(within: patience) {
            [instance, plugin, told] () -> Result<(pixels: [UInt8], told: PluginOverlays), PluginFailure> in
            var problem = InpaintProblem()
            var pixels = [UInt8](repeating: 0, count: picture.width * picture.height)
            let status = picture.withFrame { frame in
                pixels.withUnsafeMutableBufferPointer { find(instance.pointer, frame, $0.baseAddress, &problem) }
            }
            guard status == INPAINT_OK else { return .failure(PluginFailure(reason: problem.line)) }
            pixels.withUnsafeMutableBufferPointer { pixels in
                for index in pixels.indices { pixels[index] = min(pixels[index], 1) }
            }
            return .success((pixels, told.asked(instance, plugin.table, frame: frame)))
        }
        guard let found else { return nil }
        told = found.told
        return Mask(width: picture.width, height: picture.height, pixels: found.pixels)
    }

    /// Has it forget what it saw.
    public func flush() {
        told = PluginOverlays()
        guard let flush = plugin.table.flush else { return }
        _ = calls.call(within: patience) { [instance] () -> Result<Bool, PluginFailure> in
            flush(instance.pointer)
            return .success(true)
        }
    }
}
