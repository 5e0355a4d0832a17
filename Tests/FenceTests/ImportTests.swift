import Foundation
import Testing

/// The package's root folder.
private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// Every Swift file of a folder, with its path from the package's root.
private func swiftFiles(under folder: String) throws -> [(path: String, text: String)] {
    let paths = try #require(FileManager.default.enumerator(atPath: root.appending(path: folder).path))
    return try paths.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map { path in
        let whole = "\(folder)/\(path)"
        return (whole, try String(contentsOf: root.appending(path: whole), encoding: .utf8))
    }
}

/// The modules a Swift text imports.
private func imports(of text: String) -> Set<String> {
    let pattern =
        /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
    return Set(text.split(separator: "\n").compactMap { $0.firstMatch(of: pattern).map { String($0.1) } })
}

/// Who may import what, from the top of the house down.
private let rooms: [String: Set<String>] = [
    "Frames": [],
    "Kernels": ["CKernels"],
    "Networks": ["Kernels"],
    "Inpainting": ["Networks", "Kernels", "Frames", "CDefaultWeights"],
    "Masks": ["Frames"],
    "MediaGraph": ["CGStreamer", "Frames"],
    "ClassicalFill": ["Frames"],
    "Propagation": ["ClassicalFill", "Frames"],
    "PluginKit": ["CInpaintPlugin"],
    "PluginHost": ["CInpaintPlugin", "Frames"],
    "InpaintElement": [
        "MediaGraph", "Inpainting", "ClassicalFill", "Propagation", "Kernels", "Masks", "PluginHost", "Frames",
    ],
    "Evaluation": ["CCodecs", "InpaintElement", "ClassicalFill", "MediaGraph", "Inpainting", "Frames"],
    "Daemon": ["Frames", "HTTPTypes", "HummingbirdCore", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix", "Yams"],
]
private let commandOnly: Set<String> = ["ArgumentParser", "Logging"]
private let system: Set<String> = ["Synchronization", "Glibc", "CGlibc", "Dispatch", "FoundationEssentials"]

@Suite struct ImportTests {
    @Test("a room imports only the rooms below it", arguments: rooms.keys.sorted())
    func fences(room: String) throws {
        let allowed = try #require(rooms[room]).union(system)
        let files = try swiftFiles(under: "Sources/\(room)")
        try #require(!files.isEmpty, "\(room) holds no Swift file")
        for file in files {
            let strangers = imports(of: file.text).subtracting(allowed)
            #expect(strangers.isEmpty, "\(file.path) imports \(strangers.sorted())")
        }
    }

    @Test("the command line sees no C library")
    func command() throws {
        let allowed = system.union(rooms.keys).union(commandOnly)
        for file in try swiftFiles(under: "Sources/inpaintd") {
            let strangers = imports(of: file.text).subtracting(allowed)
            #expect(strangers.isEmpty, "\(file.path) imports \(strangers.sorted())")
        }
    }

    @Test("a plugin of ours sees the author's side, and what fills without a network")
    func plugins() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "plugins").path)
        for folder in folders where folder != "gstreamer" {
            for file in try swiftFiles(under: "plugins/\(folder)/Sources") {
                let strangers = imports(of: file.text).subtracting(["PluginKit", "ClassicalFill"])
                #expect(strangers.isEmpty, "\(file.path) imports \(strangers.sorted())")
            }
        }
    }

    @Test("GStreamer's plugin sees only the element")
    func plugin() throws {
        for file in try swiftFiles(under: "plugins/gstreamer/Sources/GStreamerPlugin") {
            let strangers = imports(of: file.text).subtracting(["InpaintElement"])
            #expect(strangers.isEmpty, "\(file.path) imports \(strangers.sorted())")
        }
    }

    @Test("every folder of Sources is a room with a fence")
    func everyRoom() throws {
        let folders = Set(try FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path))
        let c: Set<String> = ["CCodecs", "CGStreamer", "CGlibc", "CInpaintPlugin", "CKernels", "CDefaultWeights"]
        #expect(folders == c.union(rooms.keys).union(["inpaintd"]))
    }

    @Test("the fence sees an import in every way it can be written")
    func pattern() {
        let text = """
            import A
            internal import B
            public import struct C.Thing
              @preconcurrency import D
            // import E
            let x = "import F"
            """
        #expect(imports(of: text) == ["A", "B", "C", "D"])
    }
}
