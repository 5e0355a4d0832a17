import Foundation
import Glibc

/// A folder that is a small disk, for a program alone: mounted in a name space of its own, gone with it.
struct OwnDisk {
    let folder: String
    /// What starts a program that sees the disk.
    let launcher: [String]

    /// - Parameters:
    ///   - folder: an empty one.
    ///   - size: as tmpfs takes it: `512k`.
    ///   - preparation: shell commands that come first, in the disk's folder.
    ///   - isReadOnly: whether nothing can be written after them.
    init(_ folder: String, size: String, preparing preparation: String = ":", isReadOnly: Bool = false) {
        self.folder = folder
        let seal = isReadOnly ? "mount -o remount,ro '\(folder)'" : ":"
        launcher = [
            "/usr/bin/unshare", getuid() == 0 ? "-m" : "-rm", "/bin/sh", "-ec",
            "mount -t tmpfs -o size=\(size) tmpfs '\(folder)'; cd '\(folder)'; \(preparation); cd /; \(seal);"
                + " exec \"$0\" \"$@\"",
        ]
    }

    /// The disk's folder as everybody can reach it, as long as the program lives.
    func seen(by program: Program) -> String { "/proc/\(program.identifier)/root\(folder)" }

    /// Whether disks can be made here; says so loudly where they cannot.
    static let isPossible: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = [getuid() == 0 ? "-m" : "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
            process.waitUntilExit()
            if process.terminationStatus == 0 { return true }
        } catch {}
        print("SKIPPED: nothing can be mounted here, so no disk can be made that is full or cannot be written")
        return false
    }()
}
