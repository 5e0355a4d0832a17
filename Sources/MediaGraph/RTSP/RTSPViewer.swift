internal import CGStreamer
internal import Synchronization

/// One client's own copy of the stream: the sources of its media, and which frames go into them.
///
/// Every client has a pipeline of its own, from the encoded frames on. So each begins with a key frame, and one that is
/// slow or stopped keeps nobody waiting: its frames are dropped here, until the next key frame that it has room for.
///
/// Before it plays, what was encoded last goes in once: from that the payloaders know what to describe. It waits behind
/// them until the client plays, and is then dropped.
final class RTSPViewer: Sendable {
    /// What may wait for a client that does not read. Units: bytes, and frames.
    private static let mostBytes: UInt64 = 8 << 20
    private static let mostFrames: UInt64 = 300

    /// An appsrc for each track.
    private let sources: [ObjectHandle]
    private let start: Mutex<RTSPStart>

    init(sources: [ObjectHandle], hasKeyFrames: [Bool]) {
        self.sources = sources
        start = Mutex(RTSPStart(hasKeyFrames: hasKeyFrames))
    }

    // MARK: The streaming threads

    /// Takes a frame, or drops it; true where a key frame is needed to go on.
    func take(_ frame: RTSPFrame, track: Int) -> Bool {
        let source = sources[track].pointer(as: GstAppSrc.self)
        let isFull =
            gst_app_src_get_current_level_bytes(source) > Self.mostBytes
            || gst_app_src_get_current_level_buffers(source) > Self.mostFrames
        return start.withLock { start in
            if isFull {
                start.lose(track)
            } else if start.takes(track: track, time: frame.time, isKey: frame.isKey) {
                gst_app_src_push_buffer(source, frame.buffer.retained())
            } else {
                return start.waitsForKey(of: track)
            }
            return false
        }
    }

    /// Ends the stream: the client is told so by RTCP.
    func end() {
        for source in sources { gst_app_src_end_of_stream(source.pointer()) }
    }

    // MARK: The server's thread

    /// Gives what the payloaders need to describe a track.
    func prime(_ buffer: UnsafeMutablePointer<GstBuffer>, track: Int) {  // transfer full
        gst_app_src_push_buffer(sources[track].pointer(), buffer)
    }

    /// Whether the client is to get frames.
    var isPlaying: Bool { start.withLock { $0.isPlaying } }

    func play() { start.withLock { $0.begin() } }

    func pause() { start.withLock { $0.pause() } }

    /// Drops on this pad, behind a payloader, what is not for the client.
    func watch(_ pad: UnsafeMutablePointer<GstPad>) {
        let kinds = GST_PAD_PROBE_TYPE_BUFFER.rawValue | GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue
        gst_pad_add_probe(
            pad, GstPadProbeType(rawValue: kinds),
            { _, info, data in
                guard let info, let data else { return GST_PAD_PROBE_OK }
                let isList = info.pointee.type.rawValue & GST_PAD_PROBE_TYPE_BUFFER_LIST.rawValue != 0
                let buffer =
                    isList
                    ? gst_buffer_list_get(gst_pad_probe_info_get_buffer_list(info), 0)
                    : gst_pad_probe_info_get_buffer(info)
                guard let buffer else { return GST_PAD_PROBE_OK }
                let viewer = Trampoline.object(data, as: RTSPViewer.self)
                let time = UInt64(buffer.pointee.pts)
                return viewer.start.withLock { $0.mayPass(time: time) } ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP
            }, Trampoline.retain(self), Trampoline.release)
    }
}

/// An encoded frame on its way to the clients: its buffer's times are running times.
struct RTSPFrame {
    let buffer: MiniObject<GstBuffer>
    /// Units: running time in nanoseconds.
    let time: UInt64
    /// Whether decoding can begin with it.
    let isKey: Bool

    /// The frame at another time.
    func moved(to time: UInt64) -> UnsafeMutablePointer<GstBuffer>? {  // transfer full
        guard let copy = media_buffer_copy(buffer.pointer) else { return nil }
        copy.pointee.pts = GstClockTime(time)
        copy.pointee.dts = media_clock_time_none()
        return copy
    }
}
