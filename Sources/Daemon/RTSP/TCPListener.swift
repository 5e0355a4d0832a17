internal import Glibc
internal import NIOCore

/// A listening TCP socket's system calls.
enum TCPListener {
    enum Accepted {
        case connection(Int32)
        case none
        /// The system has no descriptor to give.
        case exhausted
    }

    /// A socket that listens, and makes nobody wait.
    ///
    /// Throws: `ListenError`.
    static func open(_ address: ListenAddress) throws(ListenError) -> Int32 {
        let subject = "\(address)"
        let place: SocketAddress
        do {
            place = try SocketAddress(
                ipAddress: address.host == "localhost" ? "127.0.0.1" : address.host, port: address.port)
        } catch {
            throw ListenError(.badAddress, subject: subject, detail: "expected \(ListenAddress.expected)")
        }
        let family = place.protocol == .inet6 ? AF_INET6 : AF_INET
        let flags = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
        let descriptor = socket(family, Int32(flags), 0)
        // A port that a daemon had a moment ago can be had again at once.
        var yes: Int32 = 1
        guard descriptor >= 0,
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) == 0,
            place.withSockAddr({ bind(descriptor, $0, socklen_t($1)) }) == 0, listen(descriptor, 512) == 0
        else {
            let isTaken = errno == EADDRINUSE
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { close(descriptor) }
            throw ListenError(
                isTaken ? .alreadyRunning : .cannotCreate, subject: subject,
                detail: "it cannot be listened on for RTSP: \(reason)")
        }
        return descriptor
    }

    /// The next connection that waits.
    static func accept(_ listener: Int32) -> Accepted {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                return .connection(connection)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
            default: return .none
            }
        }
    }
}
