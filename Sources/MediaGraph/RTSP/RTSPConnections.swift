/// RTSP connections that somebody else accepted, for the `rtspserversink`s of this process.
///
/// While it is open, an element without a port of its own is published here.
public enum RTSPConnections {
    /// Begins to take connections.
    ///
    /// - Parameters:
    ///   - name: the first part of the path that clients ask for. An element's `mount` comes behind it.
    ///   - login: the user and password that clients have to give; nil lets everybody in.
    ///
    /// Throws: `FrameError` where GStreamer cannot start, or the system gives no thread.
    public static func open(name: String, login: (user: String, password: String)?) throws {
        try GStreamer.initialize()
        try RTSPServers.openHanded(
            prefix: "/\(name)", login: login.map { RTSPSettings.Login(user: $0.user, password: $0.password) })
    }

    /// Takes over a connected socket of which nothing has been read.
    ///
    /// Ownership: closes the descriptor at the connection's end.
    public static func take(_ connection: Int32) {
        if let server = RTSPServers.handed { server.take(connection) } else { RTSPListener.close(connection) }
    }

    /// Has clients told at once that there is nothing to see, where a pipeline publishes nothing.
    public static func expect(_ pipeline: Pipeline) {
        if !pipeline.isPublished { RTSPServers.handed?.expectNoMount() }
    }

    /// Clients that are connected; nil where it is not open.
    public static var clients: Int? { RTSPServers.handed?.clientCount }

    /// Ends every client. Every pipeline must be gone by now.
    public static func close() { RTSPServers.closeHanded() }
}
