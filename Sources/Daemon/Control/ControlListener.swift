internal import Glibc
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix

/// Turns a request into its answer.
protocol HTTPResponder: Sendable {
    /// - Parameter deadline: stopped while the answer is worked on.
    ///
    /// Throws: Only what ends the connection.
    func respond(
        to request: Request, from side: ControlListener.Side, deadline: ConnectionDeadline
    ) async throws -> Response
}

/// A listening socket, and the connections that were made to it.
struct ControlListener {
    /// Where requests come from, which decides what is asked of them.
    enum Side: Sendable {
        /// The Unix socket: the file's mode has decided who may.
        case owner
        /// TCP: a web page in a browser of this machine may be behind it.
        case loopback
    }

    let side: Side
    private let descriptor: Int32

    init(descriptor: Int32, side: Side) {
        self.descriptor = descriptor
        self.side = side
    }

    /// Listens on a loopback address; connections wait until they are accepted.
    ///
    /// Throws: `ListenError`.
    init(listeningOn address: LoopbackAddress) throws(ListenError) {
        let subject = "\(address)"
        let host = address.host == "localhost" ? "127.0.0.1" : address.host
        let place: SocketAddress
        do {
            place = try SocketAddress(ipAddress: host, port: address.port)
        } catch {
            throw ListenError(.badAddress, subject: subject, detail: "expected \(LoopbackAddress.expected)")
        }
        let family = place.protocol == .inet6 ? AF_INET6 : AF_INET
        descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        side = .loopback
        // A port that a daemon had a moment ago can be had again at once.
        var yes: Int32 = 1
        guard descriptor >= 0,
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size)) == 0,
            place.withSockAddr({ bind(descriptor, $0, socklen_t($1)) }) == 0, listen(descriptor, 128) == 0
        else {
            let isTaken = errno == EADDRINUSE
            let reason = String(cString: strerror(errno))
            if descriptor >= 0 { Glibc.close(descriptor) }
            throw ListenError(
                isTaken ? .alreadyRunning : .cannotCreate, subject: subject,
                detail: "it cannot be listened on: \(reason)")
        }
    }

    /// The TCP port, where it listens on one.
    var port: Int? {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutableBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress,
                getsockname(descriptor, base.assumingMemoryBound(to: sockaddr.self), &size) == 0
            else { return nil }
            let family = Int32(base.load(as: sockaddr.self).sa_family)
            guard family == AF_INET || family == AF_INET6 else { return nil }
            // IPv4 and IPv6 have the port in one place, right behind the family.
            return Int(UInt16(bigEndian: base.load(fromByteOffset: 2, as: UInt16.self)))
        }
    }

    /// Closes the socket, where it is not being served.
    func close() {
        Glibc.close(descriptor)
    }

    /// Answers requests until the task is cancelled; then every connection is closed.
    ///
    /// Ownership: the socket is closed at the end.
    func serve(
        with responder: some HTTPResponder, limits: ControlLimits, on group: any EventLoopGroup, logger: Logger
    ) async throws {
        let connections = ConnectionTable(limit: limits.connections)
        let listening = try await ServerBootstrap(group: group)
            .childChannelInitializer { [side] channel in
                guard connections.take(channel) else {
                    return channel.eventLoop.makeFailedFuture(ChannelError.ioOnClosedChannel)
                }
                return Self.answer(
                    on: channel, of: connections, from: side, with: responder, limits: limits, logger: logger)
            }
            .withBoundSocket(descriptor).get()
        await withTaskCancellationHandler {
            // try? because a socket that closed with an error is closed.
            try? await listening.closeFuture.get()
        } onCancel: {
            listening.close(promise: nil)
        }
        await connections.close()
    }

    /// Begins to answer a connection's requests, one after the other.
    private static func answer(
        on channel: any Channel, of connections: ConnectionTable, from side: Side, with responder: some HTTPResponder,
        limits: ControlLimits, logger: Logger
    ) -> EventLoopFuture<Void> {
        let deadline = ConnectionDeadline(of: channel, patience: limits.patience)
        var configuration = HTTP1Channel.Configuration()
        configuration.httpDecoder.maxHeaderFieldSize = limits.headers
        configuration.httpDecoder.maxHeaderListSize = limits.headers
        configuration.httpDecoder.maxHeaderFieldCount = 100
        let http = HTTP1Channel(
            responder: { request, writer, channel in
                deadline.start()
                let response = try await responder.respond(to: request, from: side, deadline: deadline)
                deadline.start()
                try await writer.write(response: response.head, body: response.body)
                deadline.start()
            }, configuration: configuration)
        deadline.start()
        return http.setup(channel: channel, logger: logger).map { connection in
            connections.answer(on: channel) { await http.handle(value: connection, logger: logger) }
            channel.closeFuture.whenComplete { _ in deadline.stop() }
        }
    }
}
