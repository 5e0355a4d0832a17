internal import CGStreamer

/// What is known of one pad's stream: what it is, and what describes it to a client that comes.
struct RTSPTrack {
    /// How much of a stream without key frames is kept to describe it: a payloader may want several frames.
    private static let mostFrames = 32

    private(set) var caps: CapsHandle?
    private(set) var payload: RTSPPayload?
    /// The last key frame, or the last frames of a stream without.
    private(set) var recent: [RTSPFrame] = []
    /// When the latest frame was. Units: running time in nanoseconds.
    private(set) var latest: UInt64 = 0

    var isReady: Bool { payload != nil && !recent.isEmpty }
    var hasKeyFrames: Bool { payload?.hasKeyFrames ?? false }

    /// Takes new caps; true where clients of the old ones cannot go on.
    mutating func change(to new: UnsafeMutablePointer<GstCaps>) -> Bool {
        if let caps, caps.pointer == new || gst_caps_is_equal(caps.pointer, new) != 0 { return false }
        let isChange = caps != nil
        caps = CapsHandle(retaining: new)
        payload = RTSPPayload(new)
        recent = []
        return isChange
    }

    /// Keeps what describes the stream; true where its time went back.
    mutating func note(_ frame: RTSPFrame) -> Bool {
        let back = frame.time + 1_000_000_000 < latest
        latest = back ? frame.time : max(latest, frame.time)
        if back { recent = [] }
        guard hasKeyFrames else {
            recent.append(frame)
            if recent.count > Self.mostFrames { recent.removeFirst() }
            return back
        }
        if frame.isKey { recent = [frame] }
        return back
    }

    /// A sample's frame with running times; nil where it has none.
    func frame(of sample: OpaquePointer) -> RTSPFrame? {
        guard let buffer = gst_sample_get_buffer(sample), let segment = gst_sample_get_segment(sample) else {
            return nil
        }
        func runningTime(_ time: GstClockTime) -> GstClockTime {
            gst_segment_to_running_time(segment, GST_FORMAT_TIME, guint64(time))
        }
        let (pts, dts) = (runningTime(buffer.pointee.pts), runningTime(buffer.pointee.dts))
        let none = media_clock_time_none()
        guard pts != none || dts != none, let copy = media_buffer_copy(buffer) else { return nil }
        copy.pointee.pts = pts != none ? pts : dts
        copy.pointee.dts = dts
        let isDelta = media_buffer_has_flag(copy, GST_BUFFER_FLAG_DELTA_UNIT) != 0
        return RTSPFrame(
            buffer: MiniObject(adopting: copy), time: UInt64(copy.pointee.pts), isKey: !hasKeyFrames || !isDelta)
    }
}
