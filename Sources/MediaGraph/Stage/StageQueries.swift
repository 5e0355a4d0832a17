internal import CGStreamer
internal import Frames

/// The stage's answers to queries on its two pads: what it knows itself, and for the rest what the other side says.
final class StageQueries {
    /// The bin's pads. Not owned: they belong to the bin, which outlives every call on them.
    let sink: UnsafeMutablePointer<GstPad>
    let source: UnsafeMutablePointer<GstPad>
    private let formats: CapsHandle
    private let inbox: StageInbox

    init(
        sink: UnsafeMutablePointer<GstPad>, source: UnsafeMutablePointer<GstPad>, formats: CapsHandle,
        inbox: StageInbox
    ) {
        self.sink = sink
        self.source = source
        self.formats = formats
        self.inbox = inbox
    }

    /// Answers a query that upstream asks.
    func answerUpstream(_ query: UnsafeMutablePointer<GstQuery>) -> Bool {
        switch media_query_type(query) {
        case GST_QUERY_CAPS:
            return answerCaps(query, asking: source)
        case GST_QUERY_ACCEPT_CAPS:
            return answerAcceptCaps(query, asking: source)
        case GST_QUERY_ALLOCATION:
            return answerAllocation(query)
        case GST_QUERY_DRAIN:
            return inbox.drain()
        default:
            return gst_pad_peer_query(source, query) != 0
        }
    }

    /// Answers a query that downstream asks.
    func answerDownstream(_ query: UnsafeMutablePointer<GstQuery>) -> Bool {
        switch media_query_type(query) {
        case GST_QUERY_CAPS:
            return answerCaps(query, asking: sink)
        case GST_QUERY_ACCEPT_CAPS:
            return answerAcceptCaps(query, asking: sink)
        case GST_QUERY_LATENCY:
            return answerLatency(query)
        case GST_QUERY_SCHEDULING:
            gst_query_set_scheduling(query, GST_SCHEDULING_FLAG_SEQUENTIAL, 1, -1, 0)
            gst_query_add_scheduling_mode(query, GST_PAD_MODE_PUSH)
            return true
        default:
            return gst_pad_peer_query(sink, query) != 0
        }
    }

    /// Asks upstream whether it is live, for all that goes by it; where it does not answer it is not.
    ///
    /// Caps are when it is known: they come after every element upstream was linked and its source was opened, and
    /// before the first frame.
    func askWhetherLive() -> Bool {
        let query = gst_query_new_latency()  // transfer full
        defer { gst_query_unref(query) }
        var live: gboolean = 0
        if gst_pad_peer_query(sink, query) != 0 { gst_query_parse_latency(query, &live, nil, nil) }
        inbox.isLive = live != 0
        return live != 0
    }

    /// What the other side takes, of what the stage takes.
    private func answerCaps(_ query: UnsafeMutablePointer<GstQuery>, asking other: UnsafeMutablePointer<GstPad>) -> Bool
    {
        var filter: UnsafeMutablePointer<GstCaps>?
        gst_query_parse_caps(query, &filter)  // transfer none
        let peer = gst_pad_peer_query_caps(other, filter)  // transfer full
        defer { gst_caps_unref(peer) }
        let answer = gst_caps_intersect_full(peer, formats.pointer, GST_CAPS_INTERSECT_FIRST)  // transfer full
        defer { gst_caps_unref(answer) }
        gst_query_set_caps_result(query, answer)
        return true
    }

    private func answerAcceptCaps(
        _ query: UnsafeMutablePointer<GstQuery>, asking other: UnsafeMutablePointer<GstPad>
    ) -> Bool {
        var caps: UnsafeMutablePointer<GstCaps>?
        gst_query_parse_accept_caps(query, &caps)  // transfer none
        // A pad without a peer accepts everything.
        let accepts =
            gst_caps_can_intersect(caps, formats.pointer) != 0 && gst_pad_peer_query_accept_caps(other, caps) != 0
        gst_query_set_accept_caps_result(query, accepts ? 1 : 0)
        return true
    }

    /// Any pool will do, if it has buffers enough for all the frames the stage holds; rows may be anywhere, since a
    /// GstVideoMeta is read.
    private func answerAllocation(_ query: UnsafeMutablePointer<GstQuery>) -> Bool {
        var caps: UnsafeMutablePointer<GstCaps>?
        gst_query_parse_allocation(query, &caps, nil)  // transfer none
        var info = GstVideoInfo()
        guard let caps, gst_video_info_from_caps(&info, caps) != 0 else { return false }
        gst_query_add_allocation_pool(query, nil, guint(info.size), guint(inbox.framesHeld), 0)
        gst_query_add_allocation_meta(query, media_video_meta_api(), nil)
        return true
    }

    /// Upstream's latency and the stage's own. The stage holds its frames by itself, so what upstream may be late at
    /// most grows by as much.
    private func answerLatency(_ query: UnsafeMutablePointer<GstQuery>) -> Bool {
        guard gst_pad_peer_query(sink, query) != 0 else { return false }
        var live: gboolean = 0
        var shortest: GstClockTime = 0
        var longest: GstClockTime = 0
        gst_query_parse_latency(query, &live, &shortest, &longest)
        inbox.isLive = live != 0
        let own = Timestamp(nanoseconds: inbox.latencyNanoseconds)
        // GStreamer's word for no limit is the greatest number there is, which is where a sum stops, too.
        let least = Timestamp(nanoseconds: UInt64(shortest)).advanced(by: own).nanoseconds
        let most = Timestamp(nanoseconds: UInt64(longest)).advanced(by: own).nanoseconds
        gst_query_set_latency(query, live, GstClockTime(least), GstClockTime(most))
        return true
    }
}
