internal import CGStreamer
internal import Frames
internal import Synchronization

/// The inside of one `rtspserversink`: a pad and an appsink for each stream, and the mount that they feed.
final class RTSPSink: BinInside {
    private let bin: UnsafeMutablePointer<GstElement>
    private let values = Mutex(RTSPSettings.defaults)
    private var server: (server: RTSPServer, path: String)?
    private let state = Mutex(State())

    /// What pads that come later and who asks for statistics see too.
    private struct State: Sendable {
        var inputs: [RTSPInput] = []
        var mount: RTSPMount?
        var server: RTSPServer?
    }

    init(bin: UnsafeMutablePointer<GstElement>) {
        self.bin = bin
        // A sink even before it has a pad.
        media_set_sink_flag(bin)
    }

    // MARK: Properties

    func setProperty(_ id: Int, to value: UnsafePointer<GValue>) {
        let property = RTSPSettings.properties[id - 1]
        guard let value = property.read(value) else { return }
        values.withLock { $0[property.name] = value }
    }

    func readProperty(_ id: Int, into value: UnsafeMutablePointer<GValue>) {
        let property = RTSPSettings.properties[id - 1]
        let current: PropertyValue? =
            property.name == "stats" ? stats : values.withLock { $0[property.name] }
        if let current { property.write(current, into: value) }
    }

    private var stats: PropertyValue {
        state.withLock { state in
            .structure(
                name: "application/x-rtspserversink-stats",
                fields: [
                    ("clients", .integer(state.server?.clientCount ?? 0)),
                    ("playing", .integer(state.mount?.playing ?? 0)),
                ])
        }
    }

    // MARK: States

    /// What has to be ready before the bin's own change of state; false where it must not take place.
    func prepare(_ transition: GstStateChange) -> Bool {
        switch transition {
        case GST_STATE_CHANGE_NULL_TO_READY:
            return open()
        case GST_STATE_CHANGE_READY_TO_PAUSED:
            publish()
        case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
            let clock = ObjectHandle(adopting: UnsafeMutableRawPointer(gst_element_get_clock(bin)))
            let baseTime = UInt64(gst_element_get_base_time(bin))
            state.withLock { $0.mount }?.follow(clock, baseTime: baseTime)
        case GST_STATE_CHANGE_PAUSED_TO_READY:
            withdraw()
        case GST_STATE_CHANGE_READY_TO_NULL:
            leave()
        default:
            break
        }
        return true
    }

    /// Makes good a change of state that did not take place.
    func undo(_ transition: GstStateChange) {
        switch transition {
        case GST_STATE_CHANGE_NULL_TO_READY: leave()
        case GST_STATE_CHANGE_READY_TO_PAUSED: withdraw()
        default: break
        }
    }

    private var settings: RTSPSettings { RTSPSettings(values.withLock { $0 }) }

    private func open() -> Bool {
        let settings = settings
        do {
            guard settings.transports != nil else {
                throw FrameError(
                    .badSetting, subject: "protocols", detail: "is \(settings.protocols), expected tcp, udp or tcp+udp")
            }
            server = try RTSPServers.join(settings)
            return true
        } catch let error as FrameError where error.code == .unavailable {
            // Nothing that is set wrong: it may work later.
            gst_element_message_full(
                bin, GST_MESSAGE_ERROR, media_resource_error(), Int32(GST_RESOURCE_ERROR_OPEN_WRITE.rawValue),
                g_strdup("\(error)"), nil, "", "", 0)
        } catch {
            let known =
                error as? FrameError ?? FrameError(.badSetting, subject: "rtspserversink", detail: "\(error)")
            known.post(on: bin)
        }
        return false
    }

    private func publish() {
        guard let (server, path) = server, let transports = settings.transports else { return }
        let mount = RTSPMount(path: path, settings: settings, transports: transports)
        state.withLock { state in
            (state.mount, state.server) = (mount, server)
            for input in state.inputs {
                gst_base_sink_set_sync(input.appsink.pointer(), settings.sync ? 1 : 0)
                input.feed(mount)
            }
        }
        server.add(mount)
    }

    private func withdraw() {
        let mount = state.withLock { state in
            defer { (state.mount, state.server) = (nil, nil) }
            for input in state.inputs { input.feed(nil) }
            return state.mount
        }
        if let mount { server?.server.remove(mount) }
    }

    private func leave() {
        if let server { RTSPServers.leave(server.server) }
        server = nil
    }

    // MARK: Pads

    /// Makes a pad for one more stream.
    func requestPad(_ template: UnsafeMutablePointer<GstPadTemplate>, named name: String?)
        -> UnsafeMutablePointer<GstPad>?
    {  // transfer none
        let wanted = name.flatMap { $0.hasPrefix("sink_") ? Int($0.dropFirst(5)) : nil }
        let taken = state.withLock { Set($0.inputs.map(\.number)) }
        guard let number = wanted ?? (0...).first(where: { !taken.contains($0) }), !taken.contains(number) else {
            return nil
        }
        let sink = StagePads.makeServerSink(named: "rtsp-appsink-\(number)", sync: settings.sync)
        let container = UnsafeMutableRawPointer(bin).assumingMemoryBound(to: GstBin.self)
        gst_bin_add(container, sink.pointer())
        guard let target = media_base_sink_pad(sink.raw),
            let pad = gst_ghost_pad_new_from_template("sink_\(number)", target, template)
        else { return nil }
        let input = RTSPInput(number: number, appsink: sink, pad: ObjectHandle(retaining: UnsafeMutableRawPointer(pad)))
        state.withLock { state in
            state.inputs.append(input)
            input.feed(state.mount)
        }
        if media_state(bin).rawValue >= GST_STATE_PAUSED.rawValue { gst_pad_set_active(pad, 1) }
        gst_element_add_pad(bin, pad)
        gst_element_sync_state_with_parent(sink.pointer())
        return pad
    }

    func releasePad(_ pad: UnsafeMutablePointer<GstPad>) {
        let input = state.withLock { state in
            let index = state.inputs.firstIndex { $0.pad.raw == UnsafeMutableRawPointer(pad) }
            return index.map { state.inputs.remove(at: $0) }
        }
        guard let input else { return }
        input.leave()
        gst_pad_set_active(pad, 0)
        gst_element_set_state(input.appsink.pointer(), GST_STATE_NULL)
        gst_element_remove_pad(bin, pad)
        gst_bin_remove(
            UnsafeMutableRawPointer(bin).assumingMemoryBound(to: GstBin.self), input.appsink.pointer())
    }
}
