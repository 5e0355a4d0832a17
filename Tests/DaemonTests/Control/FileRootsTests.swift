import Daemon
import Foundation
import Testing

@Suite struct FileRootsTests {
    /// Two roots, `allowed` and `more`, and what is around them.
    private func withRoots(_ body: (FileRoots, String) throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            for name in ["allowed/sub", "more", "secret", "allowed-not"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            for name in ["allowed/a.png", "secret/key", "more/b.png", "allowed-not/c"] {
                try "x".write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
            }
            for (link, target) in [
                ("allowed/out", "\(folder)/secret"), ("allowed/key", "\(folder)/secret/key"),
                ("allowed/dangling", "\(folder)/secret/new"), ("allowed/in", "\(folder)/more"),
                ("allowed/li(nk", "\(folder)/secret"), ("root", "\(folder)/allowed"),
            ] {
                try #require(symlink(target, "\(folder)/\(link)") == 0)
            }
            try body(FileRoots(["\(folder)/root", "\(folder)/more", "\(folder)/missing"]), folder)
        }
    }

    @Test("a file in a root is found by its real path, there or yet to be made")
    func inside() async throws {
        try await withRoots { roots, folder in
            #expect(roots.workingFolder == "\(folder)/allowed")
            #expect(roots.resolve("a.png") == "\(folder)/allowed/a.png")
            #expect(roots.resolve("\(folder)/root/a.png") == "\(folder)/allowed/a.png")
            #expect(roots.resolve("\(folder)/allowed/sub/new.mp4") == "\(folder)/allowed/sub/new.mp4")
            #expect(roots.resolve("in/b.png") == "\(folder)/more/b.png")
        }
    }

    @Test("a file outside of all roots is not, whatever the way to it")
    func outside() async throws {
        try await withRoots { roots, folder in
            for path in [
                "/etc/passwd", "/", "", "\(folder)/secret/key", "\(folder)/allowed-not/c", "out/key", "out/new", "key",
                "dangling", "sub/../a.png", "../secret/key", "\(folder)/allowed/../secret/key", "..", "a\0b",
                "nowhere/a.png", "\(folder)/missing/a", "a.png/", "/\u{301}new", "out/\u{301}new",
            ] {
                #expect(roots.resolve(path) == nil, "\(path)")
            }
        }
    }

    @Test("a value that names no file outside is allowed")
    func allowed() async throws {
        try await withRoots { roots, folder in
            for value in [
                "", "12", "30/1", "video/x-raw,width=640,framerate=25/1", "a.png", "new.mp4", "sub/new.mp4",
                "rect:200,100,120,60", "rect:0,0,10%,10%", "grow(a.png,8)+rect:1,2,3,4", "0 ! filesink",
                "\(folder)/allowed/a.png", "\(folder)/more/new.mkv", "file://\(folder)/allowed/a.png",
                "file://\(folder)/allowed/a%2Epng", "grow(\(folder)/more/b.png,8)-\(folder)/allowed/a.png",
                "rtsp://user:p/w@host:554/x", "srt://:9000?mode=listener", "HTTPS://host/../x", "1..2",
            ] {
                #expect(roots.allow(value: value), "\(value)")
            }
        }
    }

    @Test("a value that could name a file outside is not")
    func refused() async throws {
        try await withRoots { roots, folder in
            for value in [
                "/etc/x", "/etc/passwd", "\(folder)/secret/new", "out/new", "key", "dangling", "../secret/key",
                "file:///etc/passwd", "FILE:///etc/passwd", "file:/etc/passwd", "file:%2Fetc/passwd",
                "file:///%65tc/passwd", "file://\(folder)/allowed/%2e%2e/secret/key", "file://host/etc/passwd",
                "grow(/etc/passwd,8)", "a.png+/etc/passwd", "a.png-/etc/passwd", "frames:/etc", "grow(../secret/key,8)",
                "0 ! filesink location=/etc/x", "li(nk/new", "\(folder)/allowed/li(nk/new", "smb://host/share",
                "fd://3", "x+file:///etc/passwd", "a\0", "/\u{301}new", "a.png+/\u{301}new", "out/\u{301}new",
                "file:\u{301}///etc/passwd",
            ] {
                #expect(!roots.allow(value: value), "\(value)")
            }
        }
    }

    @Test("a value names no file of another folder either, as a whole or in a term")
    func relative() async throws {
        try await withRoots { roots, folder in
            for value in ["a.png", "grow(a.png,8)", "rect:1,2,3,4", "400", "", "none.png", "key2"] {
                #expect(roots.allow(value: value, relativeTo: "\(folder)/allowed"), "\(value)")
            }
            #expect(roots.allow(value: "rect:1,2,3,4+new", relativeTo: "\(folder)/secret"))
            // Where a worker may use no files its descriptors bear numbers for names.
            #expect(roots.allow(value: "rect:0,1,2,10", relativeTo: FileRoots.nowhere))
            for value in ["key", "key+rect:1,2,3,4", "grow(key,8)", "grow('key',8)", "../secret/key"] {
                #expect(!roots.allow(value: value, relativeTo: "\(folder)/secret"), "\(value)")
            }
            #expect(!roots.allow(value: "out/key", relativeTo: "\(folder)/allowed"))
        }
    }

    @Test("a folder whose name is a root's with its accents written in another way is another folder")
    func accents() async throws {
        try await withTemporaryFolder { folder in
            for name in ["caf\u{e9}", "cafe\u{301}"] { try #require(mkdir("\(folder)/\(name)", 0o700) == 0) }
            let roots = FileRoots(["\(folder)/caf\u{e9}"])
            #expect(roots.allow(value: "\(folder)/caf\u{e9}/new"))
            #expect(!roots.allow(value: "\(folder)/cafe\u{301}/new"))
            #expect(roots.resolve("\(folder)/cafe\u{301}") == nil)
        }
    }

    @Test("without roots no file can be named")
    func none() {
        let roots = FileRoots([])
        #expect(roots.resolve("/etc/passwd") == nil)
        #expect(roots.resolve("a") == nil)
        #expect(!roots.allow(value: "/etc/passwd"))
        #expect(roots.allow(value: "rect:1,2,3,4"))
    }
}
