internal import CInpaintPlugin
public import Frames

/// One instance of a filler, for pictures of one size.
///
/// As many fills come back as pictures were sent. Used from one thread at a time.
public final class FillPluginCaller {
    /// The most frames a filler may hold back.
    private static let mostDelay = 64

    /// How long a call may take. Set by who knows whether the stream is live.
    public var patience = Duration.seconds(10)

    private let plugin: Plugin
    private let instance: PluginInstance
    private let calls: PluginCalls
    private let width: Int
    private let height: Int
    /// Regions held back.
    public let delay: Int

    /// - Parameter notice: told what a user should know; called from the thread that sends.
    ///
    /// Throws: `FrameError` for a plugin of another kind, and for values that it does not take.
    public init(
        _ plugin: Plugin, _ values: [String: String], width: Int, height: Int,
        notice: @escaping @Sendable (String) -> Void
    ) throws(FrameError) {
        guard plugin.kind == .filler, let delay = plugin.table.delay else {
            throw FrameError(.badSetting, subject: plugin.name, detail: "is a \(plugin.kind), expected a filler")
        }
        self.plugin = plugin
        self.width = width
        self.height = height
        let instance = try plugin.instance(values)
        let held = Int(delay(instance.pointer))
        guard (0...Self.mostDelay).contains(held) else {
            throw FrameError(
                .badData, subject: plugin.path, detail: "holds back \(held) frames, expected 0 to \(Self.mostDelay)")
        }
        self.instance = instance
        self.delay = held
        calls = PluginCalls(of: plugin.name, notice: notice)
    }

    /// Whether it failed so often that it is asked no more.
    public var isOff: Bool { calls.isOff }

    /// Sends a picture with its hole; false where the plugin fails or takes too long.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, other than 0 = hole.
    public func send(_ picture: [UInt8], hole: [UInt8], time: Timestamp?) -> Bool {
        precondition(picture.count == 3 * width * height && hole.count == width * height, "the size it was made for")
        guard let send = plugin.table.send else { return false }
        let (width, height) = (width, height)
        return calls.call(within: patience) { [instance] () -> Result<Bool, PluginFailure> in
            var (pixels, marks) = (picture, hole.map { $0 == 0 ? UInt8(0) : 255 })
            return Self.withRegion(&pixels, &marks, width, height, time) { region, problem in
                send(instance.pointer, region, problem) == INPAINT_OK ? .success(true) : nil
            }
        } ?? false
    }

    /// The next fill: nil where none is finished yet, or the plugin fails; which of the two `hasFailed` tells.
    ///
    /// Shapes: as the picture that was sent.
    public func receive() -> (fill: [UInt8]?, hasFailed: Bool) {
        guard let receive = plugin.table.receive else { return (nil, true) }
        let (width, height) = (width, height)
        let answer = calls.call(within: patience) { [instance] () -> Result<[UInt8]?, PluginFailure> in
            var pixels = [UInt8](repeating: 0, count: 3 * width * height)
            var none: [UInt8] = []
            var status = INPAINT_FAILED
            let result: Result<Bool, PluginFailure> = Self.withRegion(&pixels, &none, width, height, nil) {
                region, problem in
                status = receive(instance.pointer, region, problem)
                return status == INPAINT_OK || status == INPAINT_AGAIN ? .success(true) : nil
            }
            return result.map { _ in status == INPAINT_OK ? pixels : nil }
        }
        guard let answer else { return (nil, true) }
        return (answer, false)
    }

    /// Has it finish what it holds; false where it fails.
    public func drain() -> Bool {
        guard let drain = plugin.table.drain else { return false }
        return calls.call(within: patience) { [instance] () -> Result<Bool, PluginFailure> in
            var problem = InpaintProblem()
            return drain(instance.pointer, &problem) == INPAINT_OK
                ? .success(true) : .failure(PluginFailure(reason: problem.line))
        } ?? false
    }

    /// Has it forget what it saw.
    public func flush() {
        guard let flush = plugin.table.flush else { return }
        _ = calls.call(within: patience) { [instance] () -> Result<Bool, PluginFailure> in
            flush(instance.pointer)
            return .success(true)
        }
    }

    private static func withRegion(
        _ pixels: inout [UInt8], _ hole: inout [UInt8], _ width: Int, _ height: Int, _ time: Timestamp?,
        _ body: (UnsafeMutablePointer<InpaintRegion>, UnsafeMutablePointer<InpaintProblem>) -> Result<
            Bool, PluginFailure
        >?
    ) -> Result<Bool, PluginFailure> {
        var region = InpaintRegion()
        var problem = InpaintProblem()
        region.struct_size = MemoryLayout<InpaintRegion>.size
        (region.width, region.height) = (Int32(width), Int32(height))
        (region.stride, region.hole_stride) = (3 * width, width)
        region.time = time.flatMap { Int64(exactly: $0.nanoseconds) } ?? -1
        let answer = pixels.withUnsafeMutableBufferPointer { pixels in
            hole.withUnsafeBufferPointer { hole in
                region.pixels = pixels.baseAddress
                region.hole = hole.isEmpty ? nil : hole.baseAddress
                return body(&region, &problem)
            }
        }
        return answer ?? .failure(PluginFailure(reason: problem.line))
    }
}
