internal import CInpaintPlugin
internal import Frames

/// A plugin that was loaded: what it is, and what can be set.
public struct Plugin: @unchecked Sendable {  // Sendable because nobody changes the table
    public enum Kind: UInt32, Sendable, CustomStringConvertible {
        case maskSource = 1
        case filler = 2

        public var description: String { self == .maskSource ? "mask source" : "filler" }
    }

    public let name: String
    public let path: String
    public let kind: Kind
    public let version: String
    public let summary: String
    public let settings: [PluginSettingDescription]

    /// The plugin's own table.
    let own: UnsafePointer<InpaintPlugin>
    /// What of it this host knows; the rest is zero.
    let table: InpaintPlugin

    /// The most settings a plugin has.
    private static let mostSettings = 256

    /// Throws: `FrameError` for a table that cannot be used, before any function of it is called.
    init(_ own: UnsafePointer<InpaintPlugin>, named name: String, path: String) throws(FrameError) {
        let abi = own.pointee.abi_version
        guard abi == INPAINT_PLUGIN_ABI_VERSION else {
            throw LoadedPlugins.refusal(
                path, "was built for version \(abi) of the plugin interface, expected \(INPAINT_PLUGIN_ABI_VERSION)")
        }
        // What came with the first header; whatever was added since may be missing.
        let least = MemoryLayout<InpaintPlugin>.offset(of: \.author) ?? 0
        let size = own.pointee.struct_size
        guard size >= least, size < 1 << 16 else {
            throw LoadedPlugins.refusal(path, "has a table of \(size) bytes, expected \(least) or more")
        }
        var table = InpaintPlugin()
        withUnsafeMutableBytes(of: &table) { bytes in
            bytes.copyMemory(from: UnsafeRawBufferPointer(start: own, count: min(size, bytes.count)))
        }
        guard let kind = Kind(rawValue: table.kind) else {
            throw LoadedPlugins.refusal(path, "is of kind \(table.kind), expected 1 (mask source) or 2 (filler)")
        }
        guard let ownName = table.name.map({ String(cString: $0) }), ownName == name else {
            throw LoadedPlugins.refusal(path, "calls itself by another name than its file, expected \(name)")
        }
        let isComplete =
            table.create != nil && table.destroy != nil && table.flush != nil
            && (kind == .maskSource
                ? table.find != nil && (1...2).contains(table.picture)
                : table.delay != nil && table.send != nil && table.receive != nil && table.drain != nil)
        guard isComplete else {
            throw LoadedPlugins.refusal(path, "lacks a function or a picture that a \(kind) has")
        }
        guard table.setting_count <= Self.mostSettings, table.setting_count == 0 || table.settings != nil else {
            throw LoadedPlugins.refusal(path, "has \(table.setting_count) settings, expected at most 256")
        }
        var settings: [PluginSettingDescription] = []
        for index in 0..<table.setting_count {
            guard let setting = PluginSettingDescription(table.settings[index]) else {
                throw LoadedPlugins.refusal(path, "describes its setting \(index) in a way that cannot be understood")
            }
            settings.append(setting)
        }
        self.name = name
        self.path = path
        self.kind = kind
        self.version = table.version.map { String(cString: $0).withoutControls } ?? ""
        self.summary = table.summary.map { String(cString: $0).withoutControls } ?? ""
        self.settings = settings
        self.own = own
        self.table = table
    }

    /// Every setting's value, in the order of the settings.
    ///
    /// Throws: `FrameError` for a name that is none, and for a value that the setting does not take.
    func values(_ given: [String: String]) throws(FrameError) -> [(name: String, value: String)] {
        for name in given.keys.sorted() where !settings.contains(where: { $0.name == name }) {
            let hint = nearest(to: name, among: settings.map(\.name)).map { ": did you mean \($0)?" } ?? ""
            throw FrameError(.badSetting, subject: self.name, detail: "has no setting \(name)\(hint)")
        }
        var values: [(name: String, value: String)] = []
        for setting in settings {
            let value = given[setting.name] ?? setting.initial
            guard setting.takes(value) else {
                throw FrameError(
                    .badSetting, subject: self.name,
                    detail: "\(setting.name) is \"\(value)\", expected \(setting.expectation)")
            }
            values.append((setting.name, value))
        }
        return values
    }

    /// Makes an instance.
    ///
    /// Throws: `FrameError` with what is wrong with the values, or what the plugin says.
    func instance(_ given: [String: String]) throws(FrameError) -> PluginInstance {
        let values = try values(given)
        var problem = InpaintProblem()
        let texts = values.flatMap { [Array($0.name.utf8CString), Array($0.value.utf8CString)] }
        let made = texts.withPointers { pointers in
            let list = stride(from: 0, to: pointers.count, by: 2).map { index in
                InpaintValue(name: pointers[index], value: pointers[index + 1])
            }
            return list.withUnsafeBufferPointer { table.create(own, $0.baseAddress, $0.count, &problem) }
        }
        guard let made else {
            throw FrameError(.badSetting, subject: name, detail: "cannot work so: \(problem.line)")
        }
        return PluginInstance(pointer: made, destroy: table.destroy)
    }
}

/// What a plugin made, until it is of no use any more.
final class PluginInstance: @unchecked Sendable {  // Sendable because one thread at a time calls it
    let pointer: UnsafeMutableRawPointer
    private let destroy: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?

    init(pointer: UnsafeMutableRawPointer, destroy: (@convention(c) (UnsafeMutableRawPointer?) -> Void)?) {
        self.pointer = pointer
        self.destroy = destroy
    }

    deinit { destroy?(pointer) }
}

extension InpaintProblem {
    /// What the plugin said, or that it said nothing.
    var line: String {
        withUnsafeBytes(of: text) { bytes in
            let line = String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).withoutControls
            return line.isEmpty ? "it gives no reason" : line
        }
    }
}

extension [[CChar]] {
    /// Pointers to all of them, for as long as the body runs.
    fileprivate func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
        var all: [CChar] = []
        var offsets: [Int] = []
        for text in self {
            offsets.append(all.count)
            all += text
        }
        return all.withUnsafeBufferPointer { buffer in
            body(offsets.map { offset in buffer.baseAddress?.advanced(by: offset) })
        }
    }
}
