internal import CGStreamer
internal import Frames

/// What gst-rtsp-server tells, and what is done then. All of it is called on the server's thread.
enum RTSPSignals {
    private final class Published {
        let server: RTSPServer
        let mount: RTSPMount

        init(_ server: RTSPServer, _ mount: RTSPMount) { (self.server, self.mount) = (server, mount) }
    }

    private typealias Context = UnsafeMutablePointer<GstRTSPContext>
    private typealias Client = UnsafeMutablePointer<GstRTSPClient>

    private static let viewerKey = "inpaintd-rtsp-viewer"

    private static func connect(
        _ signal: String, of object: UnsafeMutableRawPointer, to handler: GCallback, _ data: some AnyObject
    ) {
        g_signal_connect_data(
            object, signal, handler, Trampoline.retain(data), { data, _ in Trampoline.release(data) },
            GConnectFlags(rawValue: 0))
    }

    // MARK: Clients

    /// Follows every client that connects. The server keeps `owner` as long as it is there itself.
    static func connect(_ owner: RTSPServer, to server: UnsafeMutablePointer<GstRTSPServer>) {
        let connected: @convention(c) (gpointer, Client, gpointer) -> Void = { _, client, data in
            let owner = Trampoline.object(data, as: RTSPServer.self)
            owner.noteConnected(client)
            RTSPSignals.follow(client, of: owner)
        }
        connect("client-connected", of: server, to: unsafeBitCast(connected, to: GCallback.self), owner)
    }

    private static func follow(_ client: Client, of owner: RTSPServer) {
        // A session that has run out takes its connection with it.
        media_set_int_property(client, "post-session-timeout", 0)

        let closed: @convention(c) (Client, gpointer) -> Void = { client, data in
            Trampoline.object(data, as: RTSPServer.self).noteClosed(client)
        }
        connect("closed", of: client, to: unsafeBitCast(closed, to: GCallback.self), owner)

        let newSession: @convention(c) (Client, UnsafeMutablePointer<GstRTSPSession>, gpointer) -> Void = {
            client, session, data in
            let owner = Trampoline.object(data, as: RTSPServer.self)
            owner.client(client)?.hasSession = true
            if let mount = RTSPSignals.mount(of: gst_rtsp_context_get_current(), in: owner) {
                gst_rtsp_session_set_timeout(session, guint(mount.settings.timeout))
                owner.client(client)?.endIfStuck(for: mount.settings.timeout)
            }
        }
        connect("new-session", of: client, to: unsafeBitCast(newSession, to: GCallback.self), owner)

        let describe: @convention(c) (Client, Context, gpointer) -> GstRTSPStatusCode = { client, context, data in
            RTSPSignals.admission(of: client, context, in: Trampoline.object(data, as: RTSPServer.self))
        }
        for signal in ["pre-describe-request", "pre-setup-request"] {
            connect(signal, of: client, to: unsafeBitCast(describe, to: GCallback.self), owner)
        }

        let play: @convention(c) (Client, Context, gpointer) -> GstRTSPStatusCode = { _, context, _ in
            if let media = context.pointee.media { RTSPSignals.viewer(of: media)?.play() }
            return GST_RTSP_STS_OK
        }
        connect("pre-play-request", of: client, to: unsafeBitCast(play, to: GCallback.self), owner)

        let pause: @convention(c) (Client, Context, gpointer) -> Void = { _, context, _ in
            if let media = context.pointee.media { RTSPSignals.viewer(of: media)?.pause() }
        }
        connect("pause-request", of: client, to: unsafeBitCast(pause, to: GCallback.self), owner)

        let send: @convention(c) (Client, Context, UnsafeMutablePointer<GstRTSPMessage>, gpointer) -> Void = {
            _, _, message, _ in
            RTSPSignals.hideFirstSequenceNumber(in: message)
        }
        connect("send-message", of: client, to: unsafeBitCast(send, to: GCallback.self), owner)
    }

    /// Whether a client may have what it asks for.
    private static func admission(of client: Client, _ context: Context, in owner: RTSPServer) -> GstRTSPStatusCode {
        // What is not there is not found, as the library says itself.
        guard let mount = mount(of: context, in: owner) else { return GST_RTSP_STS_OK }
        let isKnown = owner.client(client)?.mounts.contains { $0 === mount } ?? false
        guard isKnown || (mount.isReady && mount.viewers < mount.settings.maxClients) else {
            return GST_RTSP_STS_SERVICE_UNAVAILABLE
        }
        owner.describe(at: mount.path)
        return GST_RTSP_STS_OK
    }

    private static func mount(of context: Context?, in owner: RTSPServer) -> RTSPMount? {
        guard let path = context?.pointee.uri?.pointee.abspath else { return nil }
        return owner.mount(at: String(cString: path))
    }

    /// Takes the number of the first packet out of a PLAY's answer: it is that of a packet which only described the
    /// stream, and is never sent. The time that goes with it holds.
    private static func hideFirstSequenceNumber(in message: UnsafeMutablePointer<GstRTSPMessage>) {
        var header: UnsafeMutablePointer<CChar>?
        guard gst_rtsp_message_get_header(message, GST_RTSP_HDR_RTP_INFO, &header, 0) == GST_RTSP_OK, let header else {
            return
        }
        let shown = String(cString: header).replacing(/seq=[0-9]+;?/, with: "")
        gst_rtsp_message_remove_header(message, GST_RTSP_HDR_RTP_INFO, -1)
        gst_rtsp_message_add_header(message, GST_RTSP_HDR_RTP_INFO, shown)
    }

    // MARK: Mounts

    /// Makes a mount known; what makes its medias belongs to the server.
    static func publish(
        _ mount: RTSPMount, of owner: RTSPServer, on server: UnsafeMutablePointer<GstRTSPServer>
    ) -> UnsafeMutablePointer<GstRTSPMediaFactory>? {  // transfer none
        let factory = gst_rtsp_media_factory_new()  // transfer full, taken by the mount points
        guard let factory, let points = gst_rtsp_server_get_mount_points(server) else { return nil }  // transfer full
        defer { g_object_unref(points) }
        gst_rtsp_media_factory_set_protocols(factory, mount.transports)
        gst_rtsp_media_factory_set_stop_on_disconnect(factory, 1)
        if owner.login != nil { RTSPAccess.permit(on: factory) }
        let published = Published(owner, mount)

        let configure: @convention(c) (gpointer, UnsafeMutablePointer<GstRTSPMedia>, gpointer) -> Void = {
            _, media, data in
            let published = Trampoline.object(data, as: Published.self)
            RTSPSignals.prepare(media, for: published.mount, of: published.server)
        }
        connect("media-configure", of: factory, to: unsafeBitCast(configure, to: GCallback.self), published)
        gst_rtsp_mount_points_add_factory(points, mount.path, factory)
        return factory
    }

    static func withdraw(_ mount: RTSPMount, from server: UnsafeMutablePointer<GstRTSPServer>) {
        guard let points = gst_rtsp_server_get_mount_points(server) else { return }  // transfer full
        gst_rtsp_mount_points_remove_factory(points, mount.path)
        g_object_unref(points)
    }

    // MARK: Medias

    /// Gives a client's media its viewer.
    private static func prepare(
        _ media: UnsafeMutablePointer<GstRTSPMedia>, for mount: RTSPMount, of owner: RTSPServer
    ) {
        guard let element = ObjectHandle(adopting: gst_rtsp_media_get_element(media)),
            let pipeline = ObjectHandle(adopting: gst_object_get_parent(element.pointer()))
        else { return }
        let viewer = mount.makeViewer(in: element, pipeline: pipeline)
        owner.noteMedia(1)
        let end = MediaEnd(owner: owner, mount: mount, viewer: viewer)
        g_object_set_data_full(
            UnsafeMutableRawPointer(media).assumingMemoryBound(to: GObject.self), viewerKey, Trampoline.retain(end),
            { data in
                guard let data else { return }
                Trampoline.object(data, as: MediaEnd.self).come()
                Trampoline.release(data)
            })
        if let client = gst_rtsp_context_get_current()?.pointee.client { owner.client(client)?.mounts.append(mount) }
        let prepared: @convention(c) (UnsafeMutablePointer<GstRTSPMedia>, gpointer) -> Void = { media, data in
            RTSPSignals.watchPackets(of: media, for: Trampoline.object(data, as: RTSPViewer.self))
        }
        connect("prepared", of: media, to: unsafeBitCast(prepared, to: GCallback.self), viewer)
    }

    /// What a media leaves behind.
    private final class MediaEnd {
        let owner: RTSPServer
        let mount: RTSPMount
        let viewer: RTSPViewer

        init(owner: RTSPServer, mount: RTSPMount, viewer: RTSPViewer) {
            (self.owner, self.mount, self.viewer) = (owner, mount, viewer)
        }

        func come() {
            mount.remove(viewer)
            owner.noteMedia(-1)
        }
    }

    private static func viewer(of media: UnsafeMutablePointer<GstRTSPMedia>) -> RTSPViewer? {
        let object = UnsafeMutableRawPointer(media).assumingMemoryBound(to: GObject.self)
        return g_object_get_data(object, viewerKey).map { Trampoline.object($0, as: MediaEnd.self).viewer }
    }

    /// Watches what leaves the session manager of each stream: there the first packets wait until the client plays.
    private static func watchPackets(of media: UnsafeMutablePointer<GstRTSPMedia>, for viewer: RTSPViewer) {
        for index in 0..<gst_rtsp_media_n_streams(media) {
            guard let stream = gst_rtsp_media_get_stream(media, index),
                let payloader = ObjectHandle(adopting: gst_rtsp_stream_get_srcpad(stream)),
                let input = ObjectHandle(adopting: gst_pad_get_peer(payloader.pointer())),
                let session = ObjectHandle(adopting: gst_pad_get_parent_element(input.pointer())),
                let output = ObjectHandle(
                    adopting: gst_element_get_static_pad(
                        session.element, "send_rtp_src_\(gst_rtsp_stream_get_index(stream))"))
            else { continue }
            viewer.watch(output.pointer())
        }
    }
}
