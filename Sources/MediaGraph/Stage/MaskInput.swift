internal import CGStreamer
internal import Frames

/// The way in of the mask stream: the request pad and the appsink behind it.
///
/// It ends and flushes by itself; neither ends the stage.
final class MaskInput: @unchecked Sendable {  // Sendable because the pad's stream lock guards it
    private let inbox: StageInbox
    private var time = StreamTime()
    private var info: GstVideoInfo?

    init(inbox: StageInbox) {
        self.inbox = inbox
    }

    /// Takes the mask that has come to the appsink, and leaves it for its frame.
    func takeSample(from appsink: UnsafeMutablePointer<GstAppSink>) -> GstFlowReturn {
        guard let sample = gst_app_sink_try_pull_sample(appsink, 0) else { return GST_FLOW_FLUSHING }  // transfer full
        defer { gst_sample_unref(sample) }
        guard let buffer = gst_sample_get_buffer(sample) else { return GST_FLOW_OK }  // transfer none
        guard let info else { return GST_FLOW_NOT_NEGOTIATED }
        // A mask without a time, or outside its segment, belongs to no frame.
        guard let runningTime = time.runningTime(Timestamp(clockTime: buffer.pointee.pts)) else { return GST_FLOW_OK }
        let storage = BufferStorage(adopting: gst_buffer_ref(buffer), info: info, planeCount: 1)
        do {
            let picture = try storage.read { planes in
                Self.packed(planes[0], width: Int(info.width), height: Int(info.height))
            }
            return inbox.push(
                mask: picture, at: runningTime, duration: Timestamp(clockTime: buffer.pointee.duration))
        } catch {
            return GST_FLOW_ERROR
        }
    }

    /// Takes an event of the mask stream.
    func receive(
        _ event: UnsafeMutablePointer<GstEvent>, pad: UnsafeMutablePointer<GstPad>,
        parent: UnsafeMutablePointer<GstObject>?
    ) -> Bool {  // transfer full
        let handle = EventHandle(adopting: event)
        func forwardToSink() -> Bool { gst_pad_event_default(pad, parent, handle.retained()) != 0 }

        switch media_event_type(event) {
        case GST_EVENT_FLUSH_START:
            inbox.beginMaskFlush()
            return forwardToSink()
        case GST_EVENT_FLUSH_STOP:
            let isTaken = forwardToSink()
            time = StreamTime()
            inbox.endMaskFlush()
            return isTaken
        case GST_EVENT_CAPS:
            var caps: UnsafeMutablePointer<GstCaps>?
            gst_event_parse_caps(event, &caps)
            var parsed = GstVideoInfo()
            guard let caps, gst_video_info_from_caps(&parsed, caps) != 0 else { return false }
            info = parsed
            return forwardToSink()
        case GST_EVENT_SEGMENT:
            time.follow(event)
            return forwardToSink()
        case GST_EVENT_STREAM_START:
            return forwardToSink()
        case GST_EVENT_GAP:
            var start: GstClockTime = 0
            var duration: GstClockTime = 0
            gst_event_parse_gap(event, &start, &duration)
            let end = Timestamp(nanoseconds: UInt64(start)).advanced(by: Timestamp(clockTime: duration) ?? .zero)
            if let end = time.runningTime(end) { inbox.skipMasks(to: end) }
            return true
        case GST_EVENT_EOS:
            inbox.endMasks()
            return true
        default:
            return true
        }
    }

    private static func packed(_ plane: Plane, width: Int, height: Int) -> GrayImage {
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height) { pixels, count in
            if let target = pixels.baseAddress {
                for y in 0..<height {
                    UnsafeMutableRawPointer(target + y * width).copyMemory(
                        from: plane.base + y * plane.strideBytes, byteCount: width)
                }
            }
            count = width * height
        }
        return GrayImage(width: width, height: height, pixels: pixels)
    }
}
