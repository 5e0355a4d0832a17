import Foundation
import PluginHost

/// Builds plugins for tests, each test's in a folder of its own that goes with it.
final class PluginWorkshop {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let folder: String
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    private static var root: URL { tests.deletingLastPathComponent().deletingLastPathComponent() }

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "inpaintd-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder.path
    }

    deinit {
        // try? because a folder that cannot be removed fails no test.
        try? FileManager.default.removeItem(atPath: folder)
    }

    var library: PluginLibrary { PluginLibrary(folders: [folder]) }

    /// The plugin that misbehaves, with what is defined in front of it.
    func unruly(_ name: String = "unruly", file: String? = nil, _ definitions: String...) throws {
        try build(
            Self.tests.appending(path: "Plugins/unruly.c").path, as: file ?? name,
            ["-DNAME=\"\(name)\""] + definitions.map { "-D\($0)" })
    }

    /// An example that is shipped.
    func example(_ path: String, as name: String) throws {
        try build(Self.root.appending(path: "plugins/examples/\(path)").path, as: name, [])
    }

    private func build(_ source: String, as name: String, _ arguments: [String]) throws {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments =
            [source.hasSuffix(".cpp") ? "clang++" : "clang", "-shared", "-fPIC", "-O1", "-Wall", "-Werror"]
            + ["-I\(Self.root.path)/Sources/CInpaintPlugin/include", "-I\(Self.tests.path)/Plugins"] + arguments
            + ["-o", "\(folder)/lib\(name).so", source]
        process.standardError = errors
        try process.run()
        let said = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: String(decoding: said, as: UTF8.self))
        }
    }
}
