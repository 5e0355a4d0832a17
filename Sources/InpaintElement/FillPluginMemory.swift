internal import ClassicalFill
internal import Inpainting
internal import PluginHost

/// A filler plugin that holds nothing back, in the place of what the network remembers.
final class FillPluginMemory: FillMemory {
    private let caller: FillPluginCaller
    private let size: NetworkSize
    private let plugins: StagePlugins

    init(_ caller: FillPluginCaller, size: NetworkSize, plugins: StagePlugins) {
        (self.caller, self.size, self.plugins) = (caller, size, plugins)
    }

    let attended = 1
    let sceneCuts = 0

    func fill(picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: MemorySession.Reach?) -> [UInt8]? {
        caller.patience = plugins.patience
        let pixels = Array(picture)
        // It may learn from what has no hole.
        let isTaken = !caller.isOff && caller.send(pixels, hole: hole, time: nil)
        let fill = isTaken ? caller.receive().fill : nil
        guard hole.hasHole else { return nil }
        if let fill { return fill }
        plugins.noteFailure()
        return FillPluginFallback.fill(pixels, hole: hole, size: size)
    }

    func watch(picture: UnsafeRawBufferPointer, hole: [UInt8]) {}

    func reset() { caller.flush() }
}

/// What stands in a hole for which a filler had no answer: nothing of what is to be hidden.
enum FillPluginFallback {
    static func fill(_ picture: [UInt8], hole: [UInt8], size: NetworkSize) -> [UInt8] {
        var picture = picture
        BorderFill(width: size.width, height: size.height).fill(&picture, hole: hole)
        return picture
    }
}
