internal import CGlibc
public import Frames
internal import Glibc

/// Where plugins lie, and which there are.
public struct PluginLibrary: Sendable {
    /// In the order in which they are searched.
    public let folders: [String]
    /// Whether none is loaded, whatever a mask says.
    public let isSafe: Bool

    public init(folders: [String], isSafe: Bool = false) {
        self.folders = folders
        self.isSafe = isSafe
    }

    /// A library without plugins.
    public static let none = PluginLibrary(folders: [])

    /// The folders of `INPAINTD_PLUGIN_PATH`, then those beside this program: where it was built, or installed.
    ///
    /// With `INPAINTD_SAFE_MODE` set to anything but 0, no plugin is loaded.
    public static func standard() -> PluginLibrary {
        let variable = { (name: String) in getenv(name).map { String(cString: $0) } ?? "" }
        let path = variable("INPAINTD_PLUGIN_PATH")
        let set = path.split(separator: ":").map(String.init)
        let isSafe = !["", "0"].contains(variable("INPAINTD_SAFE_MODE"))
        return PluginLibrary(folders: set + ownFolders, isSafe: isSafe)
    }

    /// Relative to the file that this code is in: the program, or the element's library.
    private static var ownFolders: [String] {
        guard let file = ownFile, let slash = file.lastIndex(of: "/") else { return [] }
        let folder = String(file[..<slash])
        return [folder] + ["lib", "lib/\(architecture)-linux-gnu", "."].map { "\(folder)/../\($0)/inpaintd/plugins" }
    }

    private static var architecture: String {
        var system = utsname()
        uname(&system)
        return withUnsafeBytes(of: &system.machine) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    private static var ownFile: String? {
        let function: @convention(c) () -> Void = {}
        guard let name = glibc_file_of(unsafeBitCast(function, to: UnsafeRawPointer.self)),
            let real = realpath(name, nil)
        else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// The names of the plugins that lie there. Nothing is loaded.
    public var names: [String] {
        var names: Set<String> = []
        for folder in folders {
            guard let stream = opendir(folder) else { continue }
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                // SAFETY: the name ends with a NUL within its array.
                let file = withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if let name = Self.name(ofFile: file) { names.insert(name) }
            }
        }
        return names.sorted()
    }

    /// `libNAME.so`; GStreamer's own plugins lie in the same folder where this was built.
    private static func name(ofFile file: String) -> String? {
        guard file.hasPrefix("lib"), file.hasSuffix(".so"), !file.hasPrefix("libgst") else { return nil }
        let name = String(file.dropFirst(3).dropLast(3))
        return isName(name) ? name : nil
    }

    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }

    /// Loads a plugin, once in a process.
    ///
    /// Throws: `FrameError` that names the file and the reason.
    public func plugin(named name: String) throws(FrameError) -> Plugin {
        guard !isSafe else {
            throw FrameError(.badSetting, subject: name, detail: "in safe mode no plugin is loaded")
        }
        guard Self.isName(name) else {
            throw FrameError(
                .badSetting, subject: "plugin", detail: "\(name) is no name: expected letters, digits, hyphens")
        }
        for folder in folders {
            let path = "\(folder)/lib\(name).so"
            if let plugin = try LoadedPlugins.plugin(named: name, at: path) { return plugin }
        }
        let hint = nearest(to: name, among: names).map { ": did you mean \($0)?" } ?? ""
        throw FrameError(
            .notFound, subject: name,
            detail: "there is no plugin lib\(name).so in \(folders.joined(separator: ", "))\(hint)")
    }
}
