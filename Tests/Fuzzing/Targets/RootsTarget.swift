@testable internal import Daemon
internal import Glibc

extension FuzzTarget {
    /// A path or a value that a caller names, in which `@` stands for a folder that holds the roots `in` and `more`,
    /// and things outside of them.
    static let roots = FuzzTarget(name: "roots") { bytes in
        guard let place = FuzzedRoots.shared, !bytes.contains(0) else { return }
        let text = String(decoding: bytes, as: UTF8.self).split(separator: "@", omittingEmptySubsequences: false)
            .joined(separator: place.folder)
        if let real = place.roots.resolve(text) {
            expect(place.isInside(real), "\(text) leads to \(real), which is in a root")
            let isThere = place.real(real)
            expect(isThere == nil || isThere == real, "\(real) is a real path")
        }
        guard place.roots.allow(value: text) else { return }
        expect(!place.leadsOut(text), "\(text) names no file outside")
        if text.lowercased().hasPrefix("file://"), let path = PercentCoding.decode(text.dropFirst(7)) {
            expect(!place.leadsOut(path), "\(text) names no file outside")
        }
    }
}

/// Folders to look for a way out of.
private struct FuzzedRoots: Sendable {
    static let shared = FuzzedRoots()

    let folder: String
    let roots: FileRoots

    private init?() {
        var template = Array("/tmp/inpaintd-fuzz-XXXXXX".utf8CString)
        guard let folder = mkdtemp(&template).map({ String(cString: $0) }) else { return nil }
        self.folder = folder
        for name in ["in", "in/sub", "more", "out", "in-not"] { mkdir("\(folder)/\(name)", 0o700) }
        for name in ["in/a", "more/b", "out/key", "in-not/c"] { close(open("\(folder)/\(name)", O_CREAT, 0o600)) }
        symlink("\(folder)/out", "\(folder)/in/o")
        symlink("\(folder)/out/key", "\(folder)/in/k")
        symlink("\(folder)/out/new", "\(folder)/in/d")
        symlink("\(folder)/more", "\(folder)/in/m")
        symlink("\(folder)/out", "\(folder)/in/l(k")
        roots = FileRoots(["\(folder)/in", "\(folder)/more"])
    }

    func isInside(_ path: String) -> Bool {
        ["in", "more"].contains { name in
            path == "\(folder)/\(name)" || path.utf8.starts(with: "\(folder)/\(name)/".utf8)
        }
    }

    func real(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    /// Whether opening this where the worker works would open or make something outside. By bytes, as the system does.
    func leadsOut(_ path: String) -> Bool {
        let path = path.utf8.first == UInt8(ascii: "/") ? path : "\(folder)/in/\(path)"
        if let real = real(path) { return !isInside(real) }
        var status = stat()
        if lstat(path, &status) == 0 { return true }
        let bytes = Array(path.utf8)
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash < bytes.count - 1,
            let parent = real(slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self))
        else { return false }
        return !isInside(parent)
    }
}
