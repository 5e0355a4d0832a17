internal import CGStreamer
internal import Frames
internal import Synchronization

/// One link of a pipeline that was cut in two: what comes to an appsink of the input goes on from an appsrc of the output.
///
/// The input comes and goes, and has another appsink each time; the appsrc stays. While the input is away, stills leave
/// in a link of pictures, and gaps in any other, with times that go on.
final class Relay: Sendable {
    /// Buffers that may wait before the output; who brings one more waits.
    static let room: guint64 = 4
    /// How far apart gaps are.
    private static let gap = Timestamp(nanoseconds: 100_000_000)
    /// How far apart stills are where neither caps nor frames say how long a frame is.
    private static let stillInterval = Timestamp(nanoseconds: 40_000_000)

    private struct State {
        var schedule = StandInSchedule(interval: Relay.gap)
        var time = StreamTime()
        /// From the running time of the input to that of the output; nil until the first frame of an input.
        /// Units: nanoseconds.
        var shift: Int64?
        var caps: CapsHandle?
        var isPicture = false
        /// What stands in for a picture.
        var still: MiniObject<GstBuffer>?
        /// Whether a frame waits for room: none is missing then.
        var isPushing = false
        var stoodIn: UInt64 = 0
        var superseded: UInt64 = 0
    }

    /// The output's end.
    let inlet: ObjectHandle
    private let output: Pipeline
    private let slate: SlatePicture?
    private let gate: OutputGate
    private let state = Mutex(State())

    /// Adds an appsrc to the output.
    ///
    /// - Parameter slate: the still; nil is the last picture.
    init(into output: Pipeline, slate: SlatePicture?, gate: OutputGate) {
        inlet = Self.makeInlet()
        self.output = output
        self.slate = slate
        self.gate = gate
        gst_bin_add(output.handle.bin, inlet.element)
    }

    /// How many pictures have left that stood in, and how many frames came when one had taken their place.
    var counts: (stoodIn: UInt64, superseded: UInt64) { state.withLock { ($0.stoodIn, $0.superseded) } }

    /// Whether pictures are missing.
    var isSourceAway: Bool { state.withLock { $0.isPicture && $0.schedule.isSourceAway } }

    /// The input is away.
    func lose() {
        state.withLock { state in
            state.schedule.lose()
            state.shift = nil
            state.time = StreamTime()
        }
    }

    // MARK: What comes from the input

    /// Passes on a buffer that has come to an element of the input, with the output's time.
    func take(
        _ buffer: UnsafeMutablePointer<GstBuffer>, at element: UnsafeMutablePointer<GstElement>
    ) -> GstFlowReturn {  // transfer full
        guard gate.pass() else {
            gst_buffer_unref(buffer)
            return GST_FLOW_FLUSHING
        }
        let shift = shift(from: element)
        let leaving = media_buffer_make_writable(buffer)  // transfer full both ways
        guard let leaving, stamp(leaving, shift) else {
            if let leaving { gst_buffer_unref(leaving) }
            return GST_FLOW_OK
        }
        let flow = gst_app_src_push_buffer(inlet.pointer(), leaving)
        state.withLock { $0.isPushing = false }
        if flow == GST_FLOW_OK { output.noteFed() }
        return flow
    }

    /// Takes an event that goes downstream to an element of the input.
    func take(_ event: UnsafeMutablePointer<GstEvent>, at element: UnsafeMutablePointer<GstElement>) {
        switch media_event_type(event) {
        case GST_EVENT_CAPS:
            var caps: UnsafeMutablePointer<GstCaps>?
            gst_event_parse_caps(event, &caps)
            if let caps { setCaps(caps) }
        case GST_EVENT_SEGMENT:
            let segment = EventHandle(retaining: event)
            state.withLock { $0.time.follow(segment.pointer) }
        case GST_EVENT_FLUSH_STOP:
            state.withLock { $0.time = StreamTime() }
        case GST_EVENT_GAP where gate.isOpen:
            var (start, duration): (GstClockTime, GstClockTime) = (0, 0)
            gst_event_parse_gap(event, &start, &duration)
            let shift = shift(from: element)
            let time = state.withLock { state in
                state.time.runningTime(Timestamp(clockTime: start))?.shifted(by: shift)
            }
            if let time { sendGap(at: time, duration) }
        case GST_EVENT_TAG, GST_EVENT_CUSTOM_DOWNSTREAM:
            if gate.isOpen { gst_element_send_event(inlet.element, gst_event_ref(event)) }
        default:
            break
        }
    }

    /// The input declares another latency.
    func take(latency: Timestamp) {
        let isNew = state.withLock { state in
            defer { state.schedule.latency = latency }
            return state.schedule.latency != latency
        }
        if isNew { gst_app_src_set_latency(inlet.pointer(), guint64(latency.nanoseconds), guint64.max) }
    }

    private func setCaps(_ caps: UnsafeMutablePointer<GstCaps>) {
        let known = state.withLock { $0.caps }
        if let known, gst_caps_is_equal(known.pointer, caps) != 0 { return }
        var info = GstVideoInfo()
        let isPicture = gst_structure_has_name(gst_caps_get_structure(caps, 0), "video/x-raw") != 0
        var interval = Self.gap
        if isPicture {
            interval = Self.stillInterval
            if gst_video_info_from_caps(&info, caps) != 0, info.fps_n > 0, info.fps_d > 0 {
                interval = Timestamp(nanoseconds: 1_000_000_000 * UInt64(info.fps_d) / UInt64(info.fps_n))
            }
        }
        var still: MiniObject<GstBuffer>?
        if isPicture, let slate {
            do {
                still = try slate.buffer(for: caps)
            } catch {
                output.notices.post(.event(.warning(error)))
            }
        }
        let handle = CapsHandle(retaining: caps)
        state.withLock { [still] state in
            state.caps = handle
            state.isPicture = isPicture
            state.schedule.interval = interval
            state.still = still
        }
        gst_app_src_set_caps(inlet.pointer(), caps)
    }

    /// Both pipelines run by one clock: what lies between their times is what lies between their beginnings.
    private func shift(from element: UnsafeMutablePointer<GstElement>) -> Int64 {
        state.withLock { state in
            if let shift = state.shift { return shift }
            let begun = Int64(clamping: gst_element_get_base_time(element))
            let shift = begun - Int64(clamping: gst_element_get_base_time(inlet.element))
            state.shift = shift
            return shift
        }
    }

    /// Gives a buffer the output's time; false where a still has taken its place.
    private func stamp(_ buffer: UnsafeMutablePointer<GstBuffer>, _ shift: Int64) -> Bool {
        let now = now
        let presentation = Timestamp(clockTime: buffer.pointee.pts)
        let decode = Timestamp(clockTime: buffer.pointee.dts)
        let times: (presentation: Timestamp, decode: Timestamp?, keeps: Bool)? = state.withLock { state in
            // A frame without a time is of this moment.
            let time =
                state.time.runningTime(presentation)?.shifted(by: shift) ?? now.elapsed(since: state.schedule.latency)
            guard state.schedule.take(time) else {
                state.superseded += 1
                return nil
            }
            state.isPushing = true
            return (time, state.time.runningTime(decode)?.shifted(by: shift), state.isPicture && slate == nil)
        }
        guard let times else { return false }
        buffer.pointee.pts = GstClockTime(times.presentation.nanoseconds)
        if let decode = times.decode { buffer.pointee.dts = GstClockTime(decode.nanoseconds) }
        if times.keeps, let copy = gst_buffer_copy(buffer) {
            let still = MiniObject(adopting: copy)
            state.withLock { $0.still = still }
        }
        return true
    }

    // MARK: What stands in

    /// Lets out what stands in for the input, where anything is due.
    ///
    /// - Returns: In how long the next will be due, if nothing comes; nil where that is not known.
    func standIn() -> Timestamp? {
        guard gate.isOpen else { return nil }
        let now = now
        return state.withLock { state in
            while !state.isPushing, gst_app_src_get_current_level_buffers(inlet.pointer()) < Self.room,
                let time = state.schedule.standIn(at: now)
            {
                let length = GstClockTime(state.schedule.interval.nanoseconds)
                guard state.isPicture else {
                    sendGap(at: time, length)
                    continue
                }
                guard let still = state.still, let picture = gst_buffer_copy(still.pointer) else { break }
                picture.pointee.pts = GstClockTime(time.nanoseconds)
                picture.pointee.dts = media_clock_time_none()
                picture.pointee.duration = length
                // Whoever has been told of the end takes no more.
                guard gst_app_src_push_buffer(inlet.pointer(), picture) == GST_FLOW_OK else { break }
                state.stoodIn += 1
            }
            return state.schedule.deadline?.elapsed(since: now)
        }
    }

    private func sendGap(at time: Timestamp, _ duration: GstClockTime) {
        gst_element_send_event(
            inlet.element, gst_event_new_gap(GstClockTime(time.nanoseconds), duration))
    }

    /// Ends the output's stream.
    func end() {
        gst_app_src_end_of_stream(inlet.pointer())
    }

    /// The output's running time: its elements run by the system's clock.
    private var now: Timestamp {
        MonotonicClock.now.elapsed(
            since: Timestamp(nanoseconds: UInt64(gst_element_get_base_time(inlet.element))))
    }
}

extension Timestamp {
    /// Earlier or later by so many nanoseconds, and not before zero.
    fileprivate func shifted(by nanoseconds: Int64) -> Timestamp {
        nanoseconds < 0
            ? elapsed(since: Timestamp(nanoseconds: nanoseconds.magnitude))
            : advanced(by: Timestamp(nanoseconds: nanoseconds.magnitude))
    }
}
