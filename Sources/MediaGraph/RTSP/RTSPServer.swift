internal import CGStreamer
internal import Frames
internal import Synchronization

/// An RTSP server: its loop, its mounts, and the clients that are connected.
///
/// gst-rtsp-server speaks with the clients, all on the loop's thread. It accepts no connection itself: those of the
/// listener and those that are handed over come in by the same door, and wait there until there is something to see.
final class RTSPServer: @unchecked Sendable {  // Sendable because the loop's thread alone touches what changes
    /// Connections above those that play, of clients that are about to.
    private static let room = 32
    /// How long a connection may wait for the first key frame of all before it is told that there is nothing.
    private static let patience = Timestamp(nanoseconds: 20_000_000_000)
    /// How long it may wait where some mounts have something to see and others have not.
    private static let patienceWithSome = Timestamp(nanoseconds: 2_000_000_000)
    /// How long a connection may be open without a session.
    private static let sessionPatience = Timestamp(nanoseconds: 15_000_000_000)

    let login: RTSPSettings.Login?
    private let loop: RTSPLoop
    private let listener: RTSPListener?
    private let medias = Monitor(0)
    private let connected = Atomic(0)

    // The loop's thread's own.
    private let server: UnsafeMutablePointer<GstRTSPServer>
    private var mounts: [(mount: RTSPMount, factory: UnsafeMutablePointer<GstRTSPMediaFactory>)] = []
    private var clients: [UnsafeMutableRawPointer: RTSPClient] = [:]
    private var waiting: [(connection: Int32, since: Timestamp)] = []
    /// Whether nothing will be published, so that there is nothing to wait for.
    private var isBare = false
    private var isTicking = false
    private var isStopped = false

    /// - Parameter listener: where clients come from; nil where they are handed over.
    ///
    /// Throws: `FrameError` where the system has no thread to give.
    init(login: RTSPSettings.Login?, listener: RTSPListener?) throws {
        self.login = login
        self.listener = listener
        loop = try RTSPLoop()
        server = gst_rtsp_server_new()
        // Clients live on the loop's thread, not on one of a pool.
        let threads = gst_rtsp_thread_pool_new()
        gst_rtsp_thread_pool_set_max_threads(threads, 0)
        gst_rtsp_server_set_thread_pool(server, threads)
        g_object_unref(threads)
        gst_rtsp_server_set_content_length_limit(server, 64 << 10)
        if let login { RTSPAccess.require(login, on: server) }
        RTSPSignals.connect(self, to: server)
        if listener != nil { loop.later { [self] in listen() } }
    }

    /// Clients that are connected.
    var clientCount: Int { connected.load(ordering: .relaxed) }

    // MARK: Mounts

    /// Publishes a mount. Its clients may come now.
    func add(_ mount: RTSPMount) {
        mount.tell { [weak self] news in
            guard let self else { return }
            loop.later { [weak self] in
                switch news {
                case .ready: self?.admitIfReady()
                case .changed: self?.dismiss(clientsOf: mount)
                }
            }
        }
        loop.perform { [self] in
            isBare = false
            guard let factory = RTSPSignals.publish(mount, of: self, on: server) else { return }
            mounts.append((mount, factory))
        }
    }

    /// Nothing will be published, as far as can be seen: whoever comes is told so.
    func expectNoMount() {
        loop.later { [self] in
            isBare = mounts.isEmpty
            admitIfReady()
        }
    }

    /// Takes a mount away, and ends its clients.
    func remove(_ mount: RTSPMount) {
        mount.tell(nil)
        mount.end()
        // What tells them so is on its way.
        if mount.playing > 0 { g_usleep(200_000) }
        loop.perform { [self] in
            mounts.removeAll { $0.mount === mount }
            RTSPSignals.withdraw(mount, from: server)
            close(clientsOf: mount)
        }
        // Threads of the library's let the pipelines go; where one hangs, it is not waited for any longer.
        medias.waitUntilNone(within: 5_000_000_000)
    }

    /// The mount of a request's path.
    func mount(at path: String) -> RTSPMount? { published(at: path)?.mount }

    /// Makes sure that a mount's next client is told what there is now.
    func describe(at path: String) {
        guard let (mount, factory) = published(at: path) else { return }
        gst_rtsp_media_factory_set_launch(factory, mount.launch)
    }

    private func published(at path: String) -> (mount: RTSPMount, factory: UnsafeMutablePointer<GstRTSPMediaFactory>)? {
        let fitting = mounts.filter { path == $0.mount.path || path.hasPrefix($0.mount.path + "/") }
        return fitting.max { $0.mount.path.utf8.count < $1.mount.path.utf8.count }
    }

    // MARK: Connections

    /// Takes over a connected socket, from any thread.
    func take(_ connection: Int32) {
        loop.later { [self] in welcome(connection) }
    }

    private func listen() {
        guard let listener, !isStopped else { return }
        loop.whenReadable(listener.descriptor) { [weak self] in
            guard let self, !isStopped else { return false }
            while true {
                switch listener.accept() {
                case .connection(let connection): welcome(connection)
                case .none: return true
                case .exhausted:
                    loop.every(milliseconds: 1000) { [weak self] in
                        self?.listen()
                        return false
                    }
                    return false
                }
            }
        }
    }

    private func welcome(_ connection: Int32) {
        let most = Self.room + mounts.map(\.mount.settings.maxClients).reduce(0, +)
        guard !isStopped, clients.count + waiting.count < most || closeLoiterer() else {
            RTSPListener.close(connection)
            return
        }
        waiting.append((connection, MonotonicClock.now))
        startTicking()
        admitIfReady()
    }

    /// Makes room by closing the oldest connection that has set up nothing; false where there is none.
    private func closeLoiterer() -> Bool {
        if !waiting.isEmpty {
            RTSPListener.close(waiting.removeFirst().connection)
            return true
        }
        guard let oldest = clients.values.filter({ !$0.hasSession }).min(by: { $0.since < $1.since }) else {
            return false
        }
        oldest.close()
        return true
    }

    /// Lets those in who wait, once there is something to see at every mount: what one will ask for is not known yet.
    private func admitIfReady() {
        guard isBare || !mounts.isEmpty, mounts.allSatisfy(\.mount.isReady) else { return }
        let all = waiting
        waiting = []
        for (connection, _) in all { admit(connection) }
    }

    private func admit(_ connection: Int32) {
        var error: UnsafeMutablePointer<GError>?
        guard let peer = RTSPPeer(of: connection), let socket = g_socket_new_from_fd(connection, &error) else {
            g_clear_error(&error)
            RTSPListener.close(connection)
            return
        }
        // transfer full
        _ = gst_rtsp_server_transfer_connection(server, socket, peer.address, gint(peer.port), nil)
    }

    // MARK: Clients

    func noteConnected(_ client: UnsafeMutablePointer<GstRTSPClient>) {
        clients[client] = RTSPClient(client, since: MonotonicClock.now)
        connected.add(1, ordering: .relaxed)
    }

    func noteClosed(_ client: UnsafeMutablePointer<GstRTSPClient>) {
        guard clients.removeValue(forKey: client) != nil else { return }
        connected.subtract(1, ordering: .relaxed)
    }

    func client(_ client: UnsafeMutablePointer<GstRTSPClient>) -> RTSPClient? { clients[client] }

    func noteMedia(_ change: Int) { medias.change { $0 += change } }

    /// Ends the clients that a mount has now, after they were told that their stream has ended.
    private func dismiss(clientsOf mount: RTSPMount) {
        let dismissed = clients.filter { $0.value.mounts.contains { $0 === mount } }
        loop.every(milliseconds: 200) { [weak self] in
            for (key, client) in dismissed where self?.clients[key] === client { client.close() }
            return false
        }
    }

    private func close(clientsOf mount: RTSPMount) {
        for client in clients.values where client.mounts.contains(where: { $0 === mount }) { client.close() }
    }

    /// Looks after the clients once a second, as long as there are any.
    private func startTicking() {
        guard !isTicking else { return }
        isTicking = true
        loop.every(milliseconds: 1000) { [weak self] in
            guard let self else { return false }
            isTicking = tick()
            return isTicking
        }
    }

    private func tick() -> Bool {
        RTSPSessions.expire(of: server)
        let now = MonotonicClock.now
        let patience = mounts.contains(where: \.mount.isReady) ? Self.patienceWithSome : Self.patience
        for (connection, since) in waiting where now.elapsed(since: since) >= patience { admit(connection) }
        waiting.removeAll { now.elapsed(since: $0.since) >= patience }
        for client in clients.values
        where !client.hasSession && now.elapsed(since: client.since) >= Self.sessionPatience {
            client.close()
        }
        return !isStopped && !(clients.isEmpty && waiting.isEmpty)
    }

    /// Ends every client, the listener and the thread. Called once, from another thread.
    func stop() {
        loop.perform { [self] in
            isStopped = true
            for (connection, _) in waiting { RTSPListener.close(connection) }
            waiting = []
            for client in clients.values { client.close() }
            RTSPSessions.end(of: server)
        }
        medias.waitUntilNone(within: 5_000_000_000)
        loop.stop()
        g_object_unref(server)
    }
}

extension Monitor<Int> {
    /// Waits until the number is zero, or for so long. Units: nanoseconds.
    fileprivate func waitUntilNone(within limit: UInt64) {
        let deadline = MonotonicClock.now.nanoseconds + limit
        wait { number, now in number == 0 || now >= deadline ? .done(()) : .wait(deadline: deadline) }
    }
}
