internal import Glibc

/// What the mask expression asks of the disk.
enum FileSystem {
    /// Whether a path names something other than a folder.
    static func fileExists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFDIR
    }
}
