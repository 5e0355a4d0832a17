internal import CGStreamer
internal import Frames
internal import Synchronization

/// The RTSP servers of this process: one for each address, whatever the number of its mounts, and one for connections
/// that the program hands over.
enum RTSPServers {
    private struct Entry: Sendable {
        let server: RTSPServer
        var users = 1
    }

    private struct State: Sendable {
        var listening: [String: Entry] = [:]
        /// Where connections come that were made elsewhere, and the path before that of its mounts.
        var handed: (server: RTSPServer, prefix: String)?
    }

    private static let state = Mutex(State())

    /// The server for what is set on an element, and the path there. It listens from the first who asks to the last who
    /// leaves.
    ///
    /// Throws: `FrameError` where it cannot listen there, asks for another user, or must not listen of its own.
    static func join(_ settings: RTSPSettings) throws -> (server: RTSPServer, path: String) {
        let path = settings.mount.map { $0.hasPrefix("/") ? $0 : "/\($0)" }
        return try state.withLock { state in
            if let handed = state.handed {
                if let problem = settings.problemAtProgramPort { throw problem }
                return (handed.server, handed.prefix + (path ?? ""))
            }
            guard settings.port != 0 else {
                throw FrameError(
                    .badSetting, subject: "port",
                    detail:
                        "0 is no listener of its own, and this program hands over no connections: expected 1 to 65535")
            }
            let port = settings.port < 0 ? RTSPSettings.standardPort : settings.port
            let place = RTSPListener.name(of: settings.address, port)
            if var entry = state.listening[place] {
                guard entry.server.login == settings.login else {
                    throw FrameError(
                        .badSetting, subject: "user",
                        detail: "another element listens on \(place) with another user or password: expected the same")
                }
                entry.users += 1
                state.listening[place] = entry
                return (entry.server, path ?? "/live")
            }
            let listener = try RTSPListener(address: settings.address, port: port)
            let server = try RTSPServer(login: settings.login, listener: listener)
            state.listening[place] = Entry(server: server)
            return (server, path ?? "/live")
        }
    }

    static func leave(_ server: RTSPServer) {
        let isLast = state.withLock { state in
            guard let (place, entry) = state.listening.first(where: { $0.value.server === server }) else {
                return false
            }
            state.listening[place] = entry.users > 1 ? Entry(server: server, users: entry.users - 1) : nil
            return entry.users == 1
        }
        if isLast { server.stop() }
    }

    // MARK: Connections that are handed over

    static func openHanded(prefix: String, login: RTSPSettings.Login?) throws {
        let server = try RTSPServer(login: login, listener: nil)
        state.withLock { $0.handed = (server, prefix) }
    }

    static var handed: RTSPServer? { state.withLock { $0.handed?.server } }

    static func closeHanded() {
        let server = state.withLock { state in
            defer { state.handed = nil }
            return state.handed?.server
        }
        server?.stop()
    }
}
