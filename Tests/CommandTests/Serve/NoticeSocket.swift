import Foundation
import Synchronization

/// The socket at which a service manager hears a daemon: datagrams of NAME=value lines.
final class NoticeSocket: Sendable {
    /// What stands in `NOTIFY_SOCKET`.
    let name: String
    private let descriptor: Int32
    private let heard = Mutex<[[String: String]]>([])
    /// Signalled with every datagram.
    private let news = DispatchSemaphore(value: 0)

    /// - Parameter name: a path, or `@` and a name in the abstract name space.
    init(_ name: String) throws {
        self.name = name
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        precondition(bytes.count < MemoryLayout.size(ofValue: address.sun_path), "\(name) is too long for a socket")
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let bound = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        guard descriptor >= 0, bound == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        self.descriptor = descriptor
        Thread.detachNewThread { [self] in listen() }
    }

    /// Ends listening; the thread closes the descriptor.
    func close() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// All that was heard so far.
    var all: [[String: String]] { heard.withLock { $0 } }

    /// Waits for the first notice from `start` on that is as it should be, and says where it stands.
    func wait(from start: Int = 0, for isMeant: ([String: String]) -> Bool) throws -> Int {
        let deadline = DispatchTime.now() + Child.patience
        while true {
            let all = all
            if let index = all.indices.dropFirst(start).first(where: { isMeant(all[$0]) }) { return index }
            guard news.wait(timeout: deadline) == .success else {
                throw Child.Timeout(description: "waited for a notice in vain; heard: \(all)")
            }
        }
    }

    private func listen() {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &bytes, bytes.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
            let notice = lines.reduce(into: [String: String]()) { notice, line in
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                notice[parts[0]] = parts.last
            }
            heard.withLock { $0.append(notice) }
            news.signal()
        }
        Glibc.close(descriptor)
    }
}
