public import CInpaintPlugin

/// The table that a plugin's one exported function returns:
///
/// ```swift
/// private let table = PluginTable(MyMask.self)
///
/// @_cdecl("inpaint_plugin")
/// public func inpaintPlugin() -> UnsafePointer<InpaintPlugin> { table.pointer }
/// ```
///
/// It is never freed, as no plugin is ever unloaded.
public struct PluginTable: @unchecked Sendable {  // Sendable because nothing changes what it points to
    public let pointer: UnsafePointer<InpaintPlugin>

    public init<Plugin: MaskPlugin>(_ plugin: Plugin.Type) {
        let factory = Factory { MaskInstance(try Plugin($0)) }
        var table = Self.table(of: plugin.name, plugin.version, plugin.summary, plugin.settings, factory)
        table.kind = UInt32(INPAINT_PLUGIN_MASK_SOURCE)
        table.picture = plugin.picture.rawValue
        table.flush = { instance in MaskInstance.at(instance)?.plugin.flush() }
        table.find = { instance, frame, mask, problem in
            guard let frame, let mask, let instance = MaskInstance.at(instance) else { return INPAINT_FAILED }
            return reporting(to: problem) {
                let picture = PluginFrame(frame.pointee)
                try instance.plugin.find(
                    in: picture, mask: PluginMask(pixels: mask, width: picture.width, height: picture.height))
                return INPAINT_OK
            }
        }
        table.overlay = { instance, index, overlay in
            guard let overlay, let instance = MaskInstance.at(instance) else { return INPAINT_FAILED }
            if index == 0 { instance.overlays = instance.plugin.overlays }
            guard index < instance.overlays.count else { return INPAINT_AGAIN }
            instance.overlays[index].write(to: &overlay.pointee)
            return INPAINT_OK
        }
        pointer = Self.stored(table)
    }

    public init<Plugin: FillPlugin>(_ plugin: Plugin.Type) {
        let factory = Factory { FillInstance(try Plugin($0)) }
        var table = Self.table(of: plugin.name, plugin.version, plugin.summary, plugin.settings, factory)
        table.kind = UInt32(INPAINT_PLUGIN_FILLER)
        table.flush = { instance in FillInstance.at(instance)?.plugin.flush() }
        table.delay = { instance in Int32(FillInstance.at(instance)?.plugin.delay ?? 0) }
        table.send = { instance, region, problem in
            guard let region, let instance = FillInstance.at(instance) else { return INPAINT_FAILED }
            return reporting(to: problem) {
                try instance.plugin.send(PluginRegion(region.pointee))
                return INPAINT_OK
            }
        }
        table.receive = { instance, region, problem in
            guard let region, let instance = FillInstance.at(instance) else { return INPAINT_FAILED }
            return reporting(to: problem) {
                try instance.plugin.receive(into: PluginRegion(region.pointee)) ? INPAINT_OK : INPAINT_AGAIN
            }
        }
        table.drain = { instance, problem in
            guard let instance = FillInstance.at(instance) else { return INPAINT_FAILED }
            return reporting(to: problem) {
                try instance.plugin.drain()
                return INPAINT_OK
            }
        }
        pointer = Self.stored(table)
    }

    private static func table(
        of name: String, _ version: String, _ summary: String, _ settings: [PluginSetting], _ factory: Factory
    ) -> InpaintPlugin {
        var table = InpaintPlugin()
        table.abi_version = UInt32(INPAINT_PLUGIN_ABI_VERSION)
        table.struct_size = MemoryLayout<InpaintPlugin>.size
        table.name = kept(name)
        table.version = kept(version)
        table.summary = kept(summary)
        let list = UnsafeMutablePointer<InpaintSetting>.allocate(capacity: max(settings.count, 1))
        for (index, setting) in settings.enumerated() {
            (list + index).initialize(to: InpaintSetting(keeping: setting))
        }
        table.settings = UnsafePointer(list)
        table.setting_count = settings.count
        table.author = Unmanaged.passRetained(factory).toOpaque()
        table.create = { plugin, values, count, problem in
            guard let author = plugin?.pointee.author else { return nil }
            let factory = Unmanaged<Factory>.fromOpaque(author).takeUnretainedValue()
            var texts: [String: String] = [:]
            for index in 0..<count {
                guard let value = values?[index], let name = value.name, let text = value.value else { continue }
                texts[String(cString: name)] = String(cString: text)
            }
            do {
                return Unmanaged.passRetained(try factory.make(PluginValues(texts))).toOpaque()
            } catch {
                problem?.pointee.tell("\(error)")
                return nil
            }
        }
        table.destroy = { instance in
            if let instance { Unmanaged<AnyObject>.fromOpaque(instance).release() }
        }
        return table
    }

    private static func stored(_ table: InpaintPlugin) -> UnsafePointer<InpaintPlugin> {
        let pointer = UnsafeMutablePointer<InpaintPlugin>.allocate(capacity: 1)
        pointer.initialize(to: table)
        return UnsafePointer(pointer)
    }
}

/// Makes instances of one plugin.
private final class Factory {
    let make: (PluginValues) throws -> AnyObject

    init(_ make: @escaping (PluginValues) throws -> AnyObject) {
        self.make = make
    }
}

/// What a host's pointer to an instance is.
private final class MaskInstance {
    let plugin: any MaskPlugin
    /// Those that the host reads, kept as long as it does.
    var overlays: [PluginOverlay] = []

    init(_ plugin: any MaskPlugin) {
        self.plugin = plugin
    }

    static func at(_ instance: UnsafeMutableRawPointer?) -> MaskInstance? {
        instance.map { Unmanaged<MaskInstance>.fromOpaque($0).takeUnretainedValue() }
    }
}

private final class FillInstance {
    let plugin: any FillPlugin

    init(_ plugin: any FillPlugin) {
        self.plugin = plugin
    }

    static func at(_ instance: UnsafeMutableRawPointer?) -> FillInstance? {
        instance.map { Unmanaged<FillInstance>.fromOpaque($0).takeUnretainedValue() }
    }
}

private func reporting(to problem: UnsafeMutablePointer<InpaintProblem>?, _ body: () throws -> Int32) -> Int32 {
    do {
        return try body()
    } catch {
        problem?.pointee.tell("\(error)")
        return INPAINT_FAILED
    }
}

private func kept(_ text: String) -> UnsafePointer<CChar> {
    let bytes = text.utf8CString
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
    for (index, byte) in bytes.enumerated() { (copy + index).initialize(to: byte) }
    return UnsafePointer(copy)
}

extension InpaintProblem {
    fileprivate mutating func tell(_ line: String) {
        withUnsafeMutableBytes(of: &text) { text in
            text.copyBytes(from: line.utf8.prefix(text.count - 1) + [0])
        }
    }
}

extension InpaintSetting {
    fileprivate init(keeping setting: PluginSetting) {
        self.init()
        name = kept(setting.name)
        summary = kept(setting.summary)
        unit = setting.unit.map(kept)
        switch setting.kind {
        case .boolean(let initial):
            type = INPAINT_SETTING_BOOLEAN
            self.initial = kept("\(initial)")
        case .integer(let range, let initial):
            type = INPAINT_SETTING_INTEGER
            (minimum, maximum) = (Double(range.lowerBound), Double(range.upperBound))
            self.initial = kept("\(initial)")
        case .number(let range, let initial):
            type = INPAINT_SETTING_NUMBER
            (minimum, maximum) = (range.lowerBound, range.upperBound)
            self.initial = kept("\(initial)")
        case .text(let initial):
            type = INPAINT_SETTING_TEXT
            self.initial = kept(initial)
        case .choice(let choices, let initial):
            type = INPAINT_SETTING_CHOICE
            self.initial = kept(initial)
            let list = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: choices.count + 1)
            for (index, choice) in choices.enumerated() { (list + index).initialize(to: kept(choice)) }
            (list + choices.count).initialize(to: nil)
            self.choices = UnsafePointer(list)
        }
    }
}

extension PluginFrame {
    fileprivate init(_ frame: InpaintFrame) {
        let (width, height) = (Int(frame.width), Int(frame.height))
        func plane(_ base: UnsafePointer<UInt8>?, _ stride: Int, _ shift: Int) -> PluginPlane? {
            base.map {
                PluginPlane(
                    base: $0, width: (width + shift) >> shift, height: (height + shift) >> shift, stride: stride)
            }
        }
        guard let luma = plane(frame.planes.0, frame.strides.0, 0) else { preconditionFailure("a frame has luma") }
        let (cb, cr) = (plane(frame.planes.1, frame.strides.1, 1), plane(frame.planes.2, frame.strides.2, 1))
        self.init(
            luma: luma, chroma: cb.flatMap { cb in cr.map { (cb, $0) } }, time: frame.time < 0 ? nil : frame.time,
            matrix: PluginMatrix(rawValue: frame.matrix) ?? .bt709, isFullRange: frame.full_range != 0)
    }
}

extension PluginRegion {
    fileprivate init(_ region: InpaintRegion) {
        guard let pixels = region.pixels else { preconditionFailure("a region has pixels") }
        self.init(
            pixels: pixels, stride: region.stride, hole: region.hole, holeStride: region.hole_stride,
            width: Int(region.width), height: Int(region.height), time: region.time < 0 ? nil : region.time)
    }
}
