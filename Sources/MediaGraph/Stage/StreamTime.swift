internal import CGStreamer
internal import Frames

/// Where a pad is in its stream: the segment that turns buffer times into the pipeline's.
struct StreamTime {
    private var segment: GstSegment

    init() {
        segment = GstSegment()
        gst_segment_init(&segment, GST_FORMAT_TIME)
    }

    mutating func follow(_ segmentEvent: UnsafeMutablePointer<GstEvent>) {
        gst_event_copy_segment(segmentEvent, &segment)
    }

    /// The running time of a buffer's time; nil outside the segment, or where there is none.
    ///
    /// A time shortly before the segment counts as its start, as it does for a frame that is only partly inside.
    func runningTime(_ time: Timestamp?) -> Timestamp? {
        guard let time, segment.format == GST_FORMAT_TIME else { return nil }
        var segment = segment
        var running: guint64 = 0
        switch gst_segment_to_running_time_full(&segment, GST_FORMAT_TIME, guint64(time.nanoseconds), &running) {
        case 1: return Timestamp(nanoseconds: UInt64(running))
        case -1: return .zero
        default: return nil
        }
    }
}

extension Timestamp {
    /// A GstClockTime; nil for none.
    init?(clockTime: GstClockTime) {
        guard clockTime != media_clock_time_none() else { return nil }
        self.init(nanoseconds: UInt64(clockTime))
    }
}
