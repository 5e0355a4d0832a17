internal import Frames
internal import Glibc

/// A TCP socket that listens for RTSP clients.
final class RTSPListener: Sendable {
    let descriptor: Int32

    /// How an address and a port are written together.
    static func name(of address: String, _ port: Int) -> String {
        address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    }

    /// - Parameter address: numeric, or `localhost`.
    ///
    /// Throws: `FrameError` that names address and port.
    init(address: String, port: Int) throws {
        let name = Self.name(of: address, port)
        var wanted = addrinfo()
        wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
        wanted.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(address == "localhost" ? "127.0.0.1" : address, "\(port)", &wanted, &found)
        guard failure == 0, let found else {
            throw FrameError(
                .badSetting, subject: "address",
                detail: "\(address) is no numeric address, such as 127.0.0.1, 0.0.0.0 or ::1",
                underlying: String(cString: gai_strerror(failure)))
        }
        defer { freeaddrinfo(found) }
        descriptor = socket(
            found.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        // A port that a server had a moment ago can be had again at once.
        var yes: Int32 = 1
        guard descriptor >= 0,
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) == 0,
            bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0, listen(descriptor, 128) == 0
        else {
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { Self.close(descriptor) }
            throw FrameError(
                .unavailable, subject: name, detail: "cannot be listened on for RTSP", underlying: reason)
        }
    }

    deinit {
        Self.close(descriptor)
    }

    /// Closes a connection.
    static func close(_ connection: Int32) { Glibc.close(connection) }

    /// What came of an attempt to accept a connection.
    enum Accepted {
        case connection(Int32)
        case none
        /// The system has no descriptor to give.
        case exhausted
    }

    /// The next connection that waits.
    func accept() -> Accepted {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
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

/// Who is at the other end of a connection.
struct RTSPPeer {
    /// Numeric.
    let address: String
    let port: Int

    /// Nil where a descriptor is no connected TCP socket.
    init?(of connection: Int32) {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
        let failure = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard getpeername(connection, address, &length) == 0 else { return Int32(-1) }
                return getnameinfo(
                    address, length, &host, socklen_t(host.count), &service, socklen_t(service.count),
                    NI_NUMERICHOST | NI_NUMERICSERV)
            }
        }
        func text(_ characters: [CChar]) -> String {
            String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        guard failure == 0, let port = Int(text(service)) else { return nil }
        (address, self.port) = (text(host), port)
    }
}
