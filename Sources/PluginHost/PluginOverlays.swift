internal import CInpaintPlugin
internal import Frames

/// The overlays that a mask source told of last, each with the version it came in: one that stays is not read again.
struct PluginOverlays: Sendable {
    private struct Known: Sendable {
        let version: UInt64
        /// Nil for one that cannot be used.
        let overlay: Overlay?
    }

    /// Overlays above which no more are asked for.
    private static let most = 64
    private var known: [Known] = []

    var all: [Overlay] { known.compactMap(\.overlay) }

    /// What the source tells of the frame that it looked at; those before where that is the same.
    func asked(_ instance: PluginInstance, _ table: InpaintPlugin, frame: Rectangle) -> PluginOverlays {
        guard let ask = table.overlay else { return self }
        var new = PluginOverlays()
        while new.known.count < Self.most {
            var told = InpaintOverlay()
            told.struct_size = MemoryLayout<InpaintOverlay>.size
            let index = new.known.count
            guard ask(instance.pointer, index, &told) == INPAINT_OK else { break }
            let earlier = index < known.count ? known[index] : nil
            if let earlier, earlier.version == told.version, earlier.overlay.map({ $0.frame == frame }) ?? true {
                new.known.append(earlier)
            } else {
                new.known.append(Known(version: told.version, overlay: Overlay(told, in: frame)))
            }
        }
        return new
    }
}

extension Overlay {
    /// Nil for one that cannot be used: beyond the frame, between two squares, without memory.
    fileprivate init?(_ told: InpaintOverlay, in frame: Rectangle) {
        let box = Rectangle(x: Int(told.x), y: Int(told.y), width: Int(told.width), height: Int(told.height))
        guard !box.isEmpty, frame.contains(box), box.x.isMultiple(of: 2), box.y.isMultiple(of: 2),
            let luma = Samples(told.alpha, [told.luma], count: box.area)
        else { return nil }
        let squares = (box.width + 1) / 2 * ((box.height + 1) / 2)
        self.init(
            box: box, frame: frame, luma: luma,
            chroma: Samples(told.chroma_alpha, [told.cb, told.cr], count: squares))
    }
}

extension Overlay.Samples {
    /// Copies planes; what is no number, or opaque, is not known. Nil where one is missing.
    fileprivate init?(_ alpha: UnsafePointer<Float>?, _ colors: [UnsafePointer<Float>?], count: Int) {
        guard let alpha, colors.allSatisfy({ $0 != nil }) else { return nil }
        let colors = colors.compactMap { $0.map { Array(UnsafeBufferPointer(start: $0, count: count)) } }
        let known = (0..<count).map { index in
            let isUsable = alpha[index] < 0.99 && colors.allSatisfy { $0[index].isFinite }
            return isUsable ? alpha[index] : -1
        }
        self.init(alpha: known, colors: colors)
    }
}
