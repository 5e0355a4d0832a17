internal import Glibc

/// A Unix socket's path as the system takes it.
struct UnixAddress {
    private var storage = sockaddr_un()

    /// Nil where the path is empty, too long, or holds a zero byte.
    init?(_ path: String) {
        let bytes = Array(path.utf8)
        storage.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: storage.sun_path) - 1
        guard (1...room).contains(bytes.count), !bytes.contains(0) else { return nil }
        withUnsafeMutableBytes(of: &storage.sun_path) { $0.copyBytes(from: bytes) }
    }

    mutating func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
