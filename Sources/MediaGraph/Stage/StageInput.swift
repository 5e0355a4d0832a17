internal import CGStreamer
internal import Frames

/// The stage's way in: the bin's sink pad and the appsink behind it.
///
/// Frames go through the appsink; every event is taken on the pad, in the same thread and order, and only what a sink
/// needs to run (stream-start, caps, segment, flush) goes on to the appsink.
final class StageInput: @unchecked Sendable {  // Sendable because the pad's stream lock guards it
    private let inbox: StageInbox
    private let output: StageOutput
    private let queries: StageQueries

    private var time = StreamTime()
    private var format: (info: GstVideoInfo, layout: FrameLayout)?

    init(inbox: StageInbox, output: StageOutput, queries: StageQueries) {
        self.inbox = inbox
        self.output = output
        self.queries = queries
    }

    /// Takes the frame that has come to the appsink, and leaves it for the stage's thread.
    func takeSample(from appsink: UnsafeMutablePointer<GstAppSink>) -> GstFlowReturn {
        guard let sample = gst_app_sink_try_pull_sample(appsink, 0) else { return GST_FLOW_FLUSHING }  // transfer full
        defer { gst_sample_unref(sample) }
        guard let buffer = gst_sample_get_buffer(sample) else { return GST_FLOW_OK }  // transfer none
        guard let format else { return GST_FLOW_NOT_NEGOTIATED }
        let pts = Timestamp(clockTime: buffer.pointee.pts)
        return inbox.push(
            StageFrame(
                storage: BufferStorage(
                    adopting: gst_buffer_ref(buffer), info: format.info, planeCount: format.layout.format.planeCount),
                pts: pts, duration: Timestamp(clockTime: buffer.pointee.duration),
                runningTime: time.runningTime(pts),
                isDiscontinuous: media_buffer_has_flag(buffer, GST_BUFFER_FLAG_DISCONT) != 0,
                arrival: MonotonicClock.now))
    }

    /// Takes an event that comes downstream.
    func receive(
        _ event: UnsafeMutablePointer<GstEvent>, pad: UnsafeMutablePointer<GstPad>,
        parent: UnsafeMutablePointer<GstObject>?
    ) -> Bool {  // transfer full
        let handle = EventHandle(adopting: event)
        func forwardToSink() -> Bool { gst_pad_event_default(pad, parent, handle.retained()) != 0 }

        switch media_event_type(event) {
        case GST_EVENT_FLUSH_START:
            inbox.beginFlush()
            output.beginFlush(handle)
            return forwardToSink()
        case GST_EVENT_FLUSH_STOP:
            let isTaken = forwardToSink()
            time = StreamTime()
            inbox.endFlush(handle)
            return isTaken
        case GST_EVENT_CAPS:
            return setCaps(handle) && forwardToSink()
        case GST_EVENT_SEGMENT:
            time.follow(event)
            return forwardToSink() && inbox.push(.event(handle))
        case GST_EVENT_STREAM_START:
            return forwardToSink() && inbox.push(.event(handle))
        case GST_EVENT_EOS:
            return inbox.push(.endOfStream(handle))
        default:
            if media_event_is_serialized(event) != 0 { return inbox.push(.event(handle)) }
            return gst_pad_push_event(queries.source, handle.retained()) != 0
        }
    }

    private func setCaps(_ event: EventHandle) -> Bool {
        var caps: UnsafeMutablePointer<GstCaps>?
        gst_event_parse_caps(event.pointer, &caps)
        var info = GstVideoInfo()
        guard let caps, gst_video_info_from_caps(&info, caps) != 0, let layout = FrameLayout(info) else { return false }
        format = (info, layout)
        return inbox.push(.caps(event, layout, isLive: queries.askWhetherLive()))
    }
}
