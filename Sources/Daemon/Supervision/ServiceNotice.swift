internal import Glibc

/// Tells the service manager how the daemon is: systemd's notification protocol, a datagram to the socket it names.
///
/// Source: sd_notify(3).
public struct ServiceNotice: Sendable {
    private let path: String?
    /// How often the service manager wants to hear that all is well; nil where it does not.
    public let watchdog: Duration?

    /// - Parameter environment: where the service manager says where and how often it listens.
    public init(environment: [String: String]) {
        path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty ? nil : $0 }
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        watchdog =
            environment["WATCHDOG_USEC"].flatMap { Int64($0) }
            .flatMap { isMeant && $0 > 0 ? .microseconds($0) / 2 : nil }
    }

    public func ready() { send("READY=1") }
    public func isAlive() { send("WATCHDOG=1") }
    public func status(_ line: String) { send("STATUS=\(line.replacing("\n", with: " "))") }

    /// The end has begun, and may take so long; some seconds more are asked for, to be gone.
    public func stopping(within limit: Duration) {
        let time = (limit + .seconds(5)).components
        let microseconds = time.seconds * 1_000_000 + time.attoseconds / 1_000_000_000_000
        send("STOPPING=1\nEXTEND_TIMEOUT_USEC=\(microseconds)")
    }

    /// With the time at which the reload began, as `Type=notify-reload` asks for.
    public func reloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        send("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)")
    }

    private func send(_ message: String) {
        guard let path else { return }
        let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return }
        defer { close(socket) }
        // Where nobody takes what is told, a notice is lost, and nothing else waits.
        var patience = timeval(tv_sec: 1, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout.size(ofValue: patience)))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        // A name that begins with @ lies in the abstract name space, in which the first byte is 0.
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bytes = Array(message.utf8)
        withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = sendto(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL), address, length)
            }
        }
    }
}
