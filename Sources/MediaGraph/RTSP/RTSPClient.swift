internal import CGStreamer
internal import Frames
internal import Glibc

/// A connected client, as its server remembers it. Touched by the server's thread alone.
final class RTSPClient {
    /// Not owned: it is valid until it has said that it is closed.
    private let client: UnsafeMutablePointer<GstRTSPClient>
    let since: Timestamp
    /// Whether it has set up a session; then the session's time-out counts.
    var hasSession = false
    /// What it has asked for.
    var mounts: [RTSPMount] = []

    init(_ client: UnsafeMutablePointer<GstRTSPClient>, since: Timestamp) {
        self.client = client
        self.since = since
    }

    /// Has the system break off the connection once the client has taken nothing for so long that was sent: the library
    /// lets one live for ever that plays over TCP.
    ///
    /// - Parameter limit: Units: seconds.
    func endIfStuck(for limit: Int) {
        guard let connection = gst_rtsp_client_get_connection(client),
            let socket = gst_rtsp_connection_get_write_socket(connection)
        else { return }
        var milliseconds = UInt32(limit) * 1000
        setsockopt(
            g_socket_get_fd(socket), Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds,
            socklen_t(MemoryLayout<UInt32>.size))
    }

    /// Closes the connection, and ends all that belongs to it.
    func close() {
        g_object_ref(client)
        gst_rtsp_client_close(client)
        g_object_unref(client)
    }
}

/// The sessions of a server's clients.
enum RTSPSessions {
    /// Ends those of which nothing was heard for too long.
    static func expire(of server: UnsafeMutablePointer<GstRTSPServer>) {
        guard let sessions = gst_rtsp_server_get_session_pool(server) else { return }  // transfer full
        gst_rtsp_session_pool_cleanup(sessions)
        g_object_unref(sessions)
    }

    static func end(of server: UnsafeMutablePointer<GstRTSPServer>) {
        guard let sessions = gst_rtsp_server_get_session_pool(server) else { return }  // transfer full
        gst_rtsp_session_pool_filter(sessions, { _, _, _ in GST_RTSP_FILTER_REMOVE }, nil)
        g_object_unref(sessions)
    }
}

/// Who may watch, where not everybody may.
enum RTSPAccess {
    private static let role = "viewer"

    /// Asks every client for user and password, by a digest that does not show them.
    static func require(_ login: RTSPSettings.Login, on server: UnsafeMutablePointer<GstRTSPServer>) {
        let auth = gst_rtsp_auth_new()
        gst_rtsp_auth_set_supported_methods(auth, GST_RTSP_AUTH_DIGEST)
        gst_rtsp_auth_set_realm(auth, "inpaintd")
        let token = gst_rtsp_token_new_empty()
        gst_rtsp_token_set_string(token, GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, role)
        gst_rtsp_auth_add_digest(auth, login.user, login.password, token)
        gst_mini_object_unref(UnsafeMutableRawPointer(token)?.assumingMemoryBound(to: GstMiniObject.self))
        gst_rtsp_server_set_auth(server, auth)
        g_object_unref(auth)
    }

    /// Lets those in who are known.
    static func permit(on factory: UnsafeMutablePointer<GstRTSPMediaFactory>) {
        let permission = gst_structure_new_empty(role)
        media_structure_set_boolean(permission, GST_RTSP_PERM_MEDIA_FACTORY_ACCESS, 1)
        media_structure_set_boolean(permission, GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, 1)
        gst_rtsp_media_factory_add_role_from_structure(factory, permission)
        gst_structure_free(permission)
    }
}
