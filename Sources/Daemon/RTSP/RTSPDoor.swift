internal import Glibc

/// How much the daemon's RTSP port stands.
package struct RTSPLimits: Sendable {
    /// Connections that have not said yet what they want. Where there are more, the oldest goes.
    package var waiting = 128
    /// How long one may take to say it.
    package var patience = Duration.seconds(5)

    package init() {}
}

/// The one TCP port at which all streams are served by RTSP.
///
/// It reads what a client asks for first and no more: that stays in the socket, which then goes to the stream's worker.
/// No media comes by here. A client that asks for no stream there is gets its answer here.
public final class RTSPDoor: Sendable {
    private let listener: Int32
    /// Closed at one end, it wakes the thread for its end.
    private let wake: (own: Int32, its: Int32)
    private let thread: Thread

    /// Listens at once; clients are let in from now on.
    ///
    /// Throws: `ListenError`.
    public convenience init(_ rtsp: DaemonConfiguration.RTSP, routes: RTSPRoutes) throws(ListenError) {
        try self.init(rtsp, routes: routes, limits: RTSPLimits())
    }

    package init(_ rtsp: DaemonConfiguration.RTSP, routes: RTSPRoutes, limits: RTSPLimits) throws(ListenError) {
        guard let address = ListenAddress(rtsp.listen) else {
            throw ListenError(.badAddress, subject: rtsp.listen, detail: "expected \(ListenAddress.expected)")
        }
        let listener = try TCPListener.open(address)
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            Glibc.close(listener)
            throw ListenError(.cannotCreate, subject: "\(address)", detail: "there is no descriptor left")
        }
        let its = ends[0]
        guard
            let thread = Thread({
                var porter = RTSPPorter(listener: listener, wake: its, routes: routes, limits: limits)
                porter.work()
            })
        else {
            for descriptor in ends + [listener] { Glibc.close(descriptor) }
            throw ListenError(.cannotCreate, subject: "\(address)", detail: "the system starts no more threads")
        }
        (self.listener, wake, self.thread) = (listener, (ends[1], its), thread)
    }

    /// Lets nobody in any more. Called once.
    public func close() {
        Glibc.close(wake.own)
        thread.join()
        Glibc.close(wake.its)
        Glibc.close(listener)
    }
}

/// What the port's thread does: it waits for all connections at a time.
private struct RTSPPorter {
    /// One that has not said yet what it wants.
    private struct Guest {
        let connection: Int32
        let since: ContinuousClock.Instant
        /// What it is told as soon as all of its request is there.
        var answer: String?
    }

    let listener: Int32
    let wake: Int32
    let routes: RTSPRoutes
    let limits: RTSPLimits
    private var guests: [Guest] = []
    /// When connections are accepted again, where the system had no descriptor to give.
    private var rest: ContinuousClock.Instant?

    init(listener: Int32, wake: Int32, routes: RTSPRoutes, limits: RTSPLimits) {
        (self.listener, self.wake, self.routes, self.limits) = (listener, wake, routes, limits)
    }

    mutating func work() {
        while true {
            let now = ContinuousClock.now
            let earliest = now - limits.patience
            for guest in guests where guest.since <= earliest { close(guest.connection) }
            guests.removeAll { $0.since <= earliest }
            if let time = rest, time <= now { rest = nil }

            // A broken end of a connection shows as well, whatever is asked for.
            let hangUp = Int16(0x2000)
            var polled = [pollfd(fd: wake, events: Int16(POLLIN), revents: 0)]
            polled.append(pollfd(fd: rest == nil ? listener : -1, events: Int16(POLLIN), revents: 0))
            polled += guests.map { pollfd(fd: $0.connection, events: Int16(POLLIN) | hangUp, revents: 0) }
            let next = (guests.map { $0.since + limits.patience } + [rest].compactMap { $0 }).min()
            let delay = next.map { Int32(max(0, ($0 - now) / .milliseconds(1)) + 1) } ?? -1
            guard poll(&polled, nfds_t(polled.count), delay) >= 0 || errno == EINTR else { break }
            if polled[0].revents != 0 { break }

            // Those first that have come before: whoever says at once what it wants is never pushed out.
            var staying: [Guest] = []
            for (guest, poll) in zip(guests, polled[2...]) {
                if poll.revents == 0 {
                    staying.append(guest)
                } else if let guest = hear(guest, isHangingUp: poll.revents & ~Int16(POLLIN) != 0) {
                    staying.append(guest)
                } else {
                    close(guest.connection)
                }
            }
            guests = staying
            if polled[1].revents != 0 { letIn() }
        }
        for guest in guests { close(guest.connection) }
    }

    private mutating func letIn() {
        for _ in 0..<limits.waiting / 4 + 1 {
            switch TCPListener.accept(listener) {
            case .connection(let connection):
                if guests.count >= limits.waiting { close(guests.removeFirst().connection) }
                guests.append(Guest(connection: connection, since: ContinuousClock.now))
            case .none:
                return
            case .exhausted:
                rest = ContinuousClock.now + .seconds(1)
                return
            }
        }
    }

    /// Looks at what has come; nil where the connection is to be closed here.
    private func hear(_ guest: Guest, isHangingUp: Bool) -> Guest? {
        var bytes = [UInt8](repeating: 0, count: RTSPRequestHead.limit + 1)
        let count = recv(guest.connection, &bytes, bytes.count, Int32(MSG_PEEK | MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return isHangingUp ? nil : guest }
        guard count > 0 else { return nil }
        bytes.removeLast(bytes.count - count)
        var guest = guest
        switch RTSPRequestHead.read(bytes) {
        case .invalid:
            drop(count, of: guest.connection)
            say("RTSP/1.0 400 Bad Request\r\nConnection: close\r\n\r\n", to: guest.connection)
            return nil
        case .incomplete:
            return isHangingUp ? nil : waitForMore(than: count, guest)
        case .head(let head):
            if guest.answer == nil {
                guard let stream = head.stream else { return ask(guest, head, count) }
                // From here on it is as if nobody had looked at it.
                wakeAlways(guest.connection)
                switch routes.hand(guest.connection, to: stream) {
                case .taken: return nil
                case .unknown: guest.answer = "404 Not Found"
                case .away: guest.answer = "503 Service Unavailable"
                }
            }
            guard let status = guest.answer, let length = head.length else {
                return isHangingUp ? nil : waitForMore(than: count, guest)
            }
            drop(length, of: guest.connection)
            say(head.answer(status), to: guest.connection)
            return nil
        }
    }

    /// Answers a request that is for no stream: a client may ask what the server can, and goes on.
    private func ask(_ guest: Guest, _ head: RTSPRequestHead, _ count: Int) -> Guest? {
        guard let length = head.length else { return waitForMore(than: count, guest) }
        drop(length, of: guest.connection)
        wakeAlways(guest.connection)
        guard head.method == "OPTIONS", head.version.hasPrefix("RTSP/") else {
            say(head.answer("404 Not Found"), to: guest.connection)
            return nil
        }
        let methods = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, SET_PARAMETER, TEARDOWN"
        say(head.answer("200 OK", fields: [methods], more: true), to: guest.connection)
        return guest
    }

    // MARK: Sockets

    /// Has the connection wake the thread only once there is more than that to read.
    private func waitForMore(than count: Int, _ guest: Guest) -> Guest {
        setLowMark(Int32(count + 1), of: guest.connection)
        return guest
    }

    private func wakeAlways(_ connection: Int32) { setLowMark(1, of: connection) }

    private func setLowMark(_ count: Int32, of connection: Int32) {
        var count = count
        setsockopt(connection, SOL_SOCKET, SO_RCVLOWAT, &count, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Takes out what has been read already, so that closing the connection does not take the answer back.
    private func drop(_ count: Int, of connection: Int32) {
        var bytes = [UInt8](repeating: 0, count: count)
        _ = recv(connection, &bytes, count, Int32(MSG_DONTWAIT))
    }

    private func say(_ text: String, to connection: Int32) {
        let bytes = Array(text.utf8)
        // So little has room in a connection that has been sent nothing.
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        if !text.hasPrefix("RTSP/1.0 200") { shutdown(connection, Int32(SHUT_WR)) }
    }
}
