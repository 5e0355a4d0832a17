import Foundation
import Frames
import PluginHost
import Testing

@Suite("plugins are found, checked and loaded") struct PluginLibraryTests {
    private func refusal(_ workshop: PluginWorkshop, _ name: String = "unruly") -> String {
        do {
            _ = try workshop.library.plugin(named: name)
            return "it was loaded"
        } catch {
            return "\(error)"
        }
    }

    @Test("listing reads the names of files, and loads nothing")
    func list() throws {
        let workshop = try PluginWorkshop()
        for name in ["libb.so", "liba-1.so", "libgstx.so", "a.so", "lib.so", "libc.txt", "libno name.so"] {
            try Data("no library".utf8).write(to: URL(filePath: "\(workshop.folder)/\(name)"))
        }
        #expect(workshop.library.names == ["a-1", "b"])
        #expect(PluginLibrary(folders: ["/nowhere"]).names.isEmpty)
    }

    @Test("what a plugin says of itself is there once it was loaded")
    func described() throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly()
        let plugin = try workshop.library.plugin(named: "unruly")
        #expect(plugin.kind == .maskSource && plugin.version == "0.1" && plugin.summary == "What a host has to bear")
        #expect(plugin.path == "\(workshop.folder)/libunruly.so")
        #expect(plugin.settings.map(\.name) == ["manner", "size", "share", "on", "word"])
        #expect(plugin.settings.map(\.initial) == ["well", "8", "0.5", "true", ""])
        #expect(plugin.settings[1].expectation == "a whole number from 1 to 100, in pixels")
        #expect(plugin.settings[0].expectation == "one of well, fail, hang, lie, crash, leak, sometimes")
    }

    @Test("a plugin that was built with the first header ever works")
    func firstHeader() throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly("first", "FIRST_HEADER")
        let plugin = try workshop.library.plugin(named: "first")
        let caller = try MaskPluginCaller(plugin, [:], notice: { _ in })
        let frame = GrayFrame.make([0, 255, 127, 128], width: 2)
        #expect(try caller.mask(of: frame)?.pixels == [1, 0, 1, 0])
    }

    @Test(
        "a table that cannot be used is refused before it is called, with file and reason",
        arguments: [
            ("ABI=2", "was built for version 2 of the plugin interface, expected 1"),
            ("ABI=0", "version 0"),
            ("SIZE=8", "has a table of 8 bytes, expected"),
            ("SIZE=99999999", "has a table of 99999999 bytes"),
            ("KIND=7", "is of kind 7, expected 1 (mask source) or 2 (filler)"),
            ("WITHOUT_FIND", "lacks a function"),
        ])
    func refused(definition: String, words: String) throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly("unruly", definition)
        let said = refusal(workshop)
        #expect(said.contains("\(workshop.folder)/libunruly.so") && said.contains(words), "\(said)")
    }

    @Test("a plugin under another name than its own is refused")
    func otherName() throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly("unruly", file: "tame")
        #expect(refusal(workshop, "tame").contains("calls itself by another name than its file, expected tame"))
    }

    @Test("what is no library, or no plugin, is refused")
    func noPlugin() throws {
        let workshop = try PluginWorkshop()
        let path = "\(workshop.folder)/libunruly.so"
        try Data("no library".utf8).write(to: URL(filePath: path))
        #expect(refusal(workshop).contains("\(path): cannot be loaded"))
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(refusal(workshop).contains("is no regular file"))
    }

    @Test("a file that others can write, or that belongs to another user, is refused")
    func unsafe() throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly()
        let path = "\(workshop.folder)/libunruly.so"
        try FileManager.default.setAttributes([.posixPermissions: 0o757], ofItemAtPath: path)
        #expect(refusal(workshop).contains("can be written by others"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        guard geteuid() == 0 else { return }
        try FileManager.default.setAttributes([.ownerAccountID: 12345], ofItemAtPath: path)
        #expect(refusal(workshop).contains("belongs to user 12345"))
    }

    @Test("a name that is none, or of nothing, is refused; the nearest one is told")
    func names() throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly()
        #expect(
            refusal(workshop, "unrully").contains(
                "there is no plugin libunrully.so in \(workshop.folder): did you mean unruly?"))
        for name in ["", "../unruly", "a/b", "a.b", "a b"] { #expect(refusal(workshop, name).contains("is no name")) }
    }

    @Test("in safe mode nothing is loaded")
    func safe() throws {
        let workshop = try PluginWorkshop()
        try workshop.unruly()
        #expect(throws: FrameError.self) {
            try PluginLibrary(folders: [workshop.folder], isSafe: true).plugin(named: "unruly")
        }
    }

    @Test("the first folder that has a plugin counts")
    func order() throws {
        let (one, other) = (try PluginWorkshop(), try PluginWorkshop())
        try one.unruly()
        try other.unruly()
        let library = PluginLibrary(folders: ["/nowhere", other.folder, one.folder])
        #expect(try library.plugin(named: "unruly").path == "\(other.folder)/libunruly.so")
    }
}
