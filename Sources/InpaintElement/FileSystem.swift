internal import Glibc

/// What the mask expression asks of the disk.
package enum FileSystem {
    /// Whether a path names something other than a folder.
    package static func fileExists(_ path: String) -> Bool {
        kind(of: path).map { $0 != S_IFDIR } ?? false
    }

    package static func folderExists(_ path: String) -> Bool {
        kind(of: path) == S_IFDIR
    }

    /// The paths of what lies in a folder and is not hidden, in the order of the names.
    package static func contents(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // SAFETY: the name ends with a NUL within its array.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted().map { "\(folder)/\($0)" }
    }

    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
