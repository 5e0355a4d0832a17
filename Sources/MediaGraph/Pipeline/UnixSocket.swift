internal import Glibc

/// A Unix socket that is there already.
enum UnixSocket {
    enum State: Equatable {
        /// Nobody listens: whoever made it was killed.
        case abandoned
        case served
        case unknown(String)
    }

    /// What answers at a path.
    ///
    /// It is asked by a socket of another type, which the system refuses: a program whose connection is closed at once
    /// may take that ill, as `shmsink` does, which fails.
    static func state(of path: String) -> State {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            return .unknown("the path is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return .unknown(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        let answer = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        if answer == 0 || errno == EPROTOTYPE { return .served }
        return errno == ECONNREFUSED ? .abandoned : .unknown(String(cString: strerror(errno)))
    }
}
