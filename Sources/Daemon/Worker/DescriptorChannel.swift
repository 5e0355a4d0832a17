internal import Glibc

/// Hands open descriptors to another process, over one end of a pair of Unix sockets that keep messages apart.
///
/// Ownership: it owns its end, and none of what it hands over.
public final class DescriptorSender: Sendable {
    private let socket: Int32

    /// Takes over one end.
    public init(descriptor: Int32) {
        socket = descriptor
    }

    deinit {
        close(socket)
    }

    /// Gives a copy of a descriptor to the other side; false where that is gone, or takes none for now.
    public func send(_ descriptor: Int32) -> Bool {
        var control = DescriptorMessage(carrying: descriptor)
        return control.withMessage { message in
            var result: Int
            repeat {
                result = sendmsg(socket, &message, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            } while result < 0
                && errno == EINTR
            return result > 0
        }
    }
}

/// Takes the descriptors that a `DescriptorSender` hands over.
///
/// Ownership: it owns its end; what it took belongs to the caller.
public final class DescriptorReceiver: Sendable {
    private let socket: Int32

    /// Takes over one end.
    public init(descriptor: Int32) {
        socket = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        close(socket)
    }

    /// Waits for the next descriptor; nil when the other side is gone.
    public func receive() -> Int32? {
        while true {
            var control = DescriptorMessage()
            let result = control.withMessage { message in
                recvmsg(socket, &message, Int32(MSG_CMSG_CLOEXEC))
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else { return nil }
            // One may be lost on the way where this process has too many open; the next may come through.
            if let descriptor = control.descriptor { return descriptor }
        }
    }
}

/// A message of one byte that carries one descriptor beside it.
///
/// Source: unix(7) and cmsg(3), whose macros are spelt out here for one descriptor.
private struct DescriptorMessage {
    /// A header of a length, a level and a kind, then the descriptor, filled up to a multiple of eight bytes.
    private static let headerBytes = 16
    private static let length = headerBytes + MemoryLayout<Int32>.size
    private static let space = 24

    private var control = [UInt64](repeating: 0, count: space / 8)
    private var payload: UInt8 = 0

    init() {}

    init(carrying descriptor: Int32) {
        control.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: Self.length, as: Int.self)
            bytes.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: Int32.self)
            bytes.storeBytes(of: Int32(SCM_RIGHTS), toByteOffset: 12, as: Int32.self)
            bytes.storeBytes(of: descriptor, toByteOffset: Self.headerBytes, as: Int32.self)
        }
    }

    /// What came beside the byte.
    var descriptor: Int32? {
        control.withUnsafeBytes { bytes in
            guard bytes.load(as: Int.self) == Self.length,
                bytes.load(fromByteOffset: 8, as: Int32.self) == SOL_SOCKET,
                bytes.load(fromByteOffset: 12, as: Int32.self) == Int32(SCM_RIGHTS)
            else { return nil }
            return bytes.load(fromByteOffset: Self.headerBytes, as: Int32.self)
        }
    }

    mutating func withMessage<Result>(_ body: (inout msghdr) -> Result) -> Result {
        withUnsafeMutablePointer(to: &payload) { payload in
            var part = iovec(iov_base: UnsafeMutableRawPointer(payload), iov_len: 1)
            return withUnsafeMutablePointer(to: &part) { part in
                control.withUnsafeMutableBytes { control in
                    var message = msghdr()
                    message.msg_iov = part
                    message.msg_iovlen = 1
                    message.msg_control = control.baseAddress
                    message.msg_controllen = control.count
                    return body(&message)
                }
            }
        }
    }
}
