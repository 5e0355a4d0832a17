internal import Frames
internal import Inpainting
internal import PluginHost

/// Where a region's fills come from that need what comes after a frame.
///
/// `WindowSession` says what each member means.
package protocol RegionWindow: AnyObject {
    func send(picture: UnsafeRawBufferPointer, hole: [UInt8])
    /// The fill of the next frame, nil where it has no hole; nil of that until more is sent.
    func nextFill() -> [UInt8]??
    func drain()
}

extension WindowSession: RegionWindow {
    package func nextFill() -> [UInt8]?? { receive().map(\.picture) }
}

/// A filler plugin that holds frames back.
final class FillPluginWindow: RegionWindow {
    private let caller: FillPluginCaller
    private let size: NetworkSize
    private let plugins: StagePlugins
    private var pending: [(picture: [UInt8], hole: [UInt8])] = []
    private var finished: [[UInt8]?] = []

    init(_ caller: FillPluginCaller, size: NetworkSize, plugins: StagePlugins) {
        (self.caller, self.size, self.plugins) = (caller, size, plugins)
    }

    func send(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        caller.patience = plugins.patience
        let pixels = Array(picture)
        pending.append((pixels, hole))
        guard !caller.isOff, caller.send(pixels, hole: hole, time: nil) else { return giveUp() }
        receiveAll()
        // It may not hold back more than it said.
        if pending.count > caller.delay { giveUp() }
    }

    func drain() {
        if caller.isOff || !caller.drain() { return giveUp() }
        receiveAll()
        if !pending.isEmpty { giveUp() }
    }

    func nextFill() -> [UInt8]?? {
        finished.isEmpty ? nil : .some(finished.removeFirst())
    }

    private func receiveAll() {
        while !pending.isEmpty {
            let (fill, hasFailed) = caller.receive()
            if hasFailed { return giveUp() }
            guard let fill else { return }
            finish(with: fill)
        }
    }

    /// Fills by itself what the plugin has not given back: it is out of step, and starts anew.
    private func giveUp() {
        plugins.noteFailure()
        if !caller.isOff { caller.flush() }
        while let first = pending.first {
            finish(with: FillPluginFallback.fill(first.picture, hole: first.hole, size: size))
        }
    }

    private func finish(with fill: [UInt8]) {
        let hole = pending.removeFirst().hole
        finished.append(hole.hasHole ? fill : nil)
    }
}
