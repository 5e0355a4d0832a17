import CGStreamer
import Frames
import InpaintElement
import MediaGraph
import Testing

/// The element behind a live source that keeps its own time, with more to do than there is time for.
@Suite(.timeLimit(.minutes(1))) struct LivePipelineTests {
    /// What passed a pad.
    private final class Passed: Sendable {
        struct Buffer: Equatable {
            let pts: UInt64
            let duration: UInt64
            let rung: String?
        }
        let buffers = Monitor<[Buffer]>([])

        func watch(_ element: UnsafeMutablePointer<GstElement>, _ name: String) {
            let pad = gst_element_get_static_pad(element, name)
            defer { gst_object_unref(pad) }
            gst_pad_add_probe(
                pad, GST_PAD_PROBE_TYPE_BUFFER,
                { _, info, data in
                    guard let info, let data, let buffer = gst_pad_probe_info_get_buffer(info) else {
                        return GST_PAD_PROBE_OK
                    }
                    // The name is known once the first frame was marked.
                    let meta =
                        gst_meta_get_info("inpaint-rung") == nil
                        ? nil : gst_buffer_get_custom_meta(buffer, "inpaint-rung")
                    let text = meta.flatMap { gst_structure_get_string(gst_custom_meta_get_structure($0), "rung") }
                    let passed = Buffer(
                        pts: UInt64(buffer.pointee.pts), duration: UInt64(buffer.pointee.duration),
                        rung: text.map { String(cString: $0) })
                    Unmanaged<Passed>.fromOpaque(data).takeUnretainedValue().buffers.change { $0.append(passed) }
                    return GST_PAD_PROBE_OK
                }, Unmanaged.passRetained(self).toOpaque(),
                { data in
                    guard let data else { return }
                    Unmanaged<Passed>.fromOpaque(data).release()
                })
        }
    }

    /// What the stage adds to the latency of what is before it.
    private func declared(_ stage: UnsafeMutablePointer<GstElement>) -> UInt64? {
        func latency(_ name: String, ofPeer: Bool) -> UInt64? {
            let pad = gst_element_get_static_pad(stage, name)
            let query = gst_query_new_latency()
            defer {
                gst_query_unref(query)
                gst_object_unref(pad)
            }
            guard (ofPeer ? gst_pad_peer_query(pad, query) : gst_pad_query(pad, query)) != 0 else { return nil }
            var shortest: GstClockTime = 0
            gst_query_parse_latency(query, nil, &shortest, nil)
            return UInt64(shortest)
        }
        guard let own = latency("src", ofPeer: false), let before = latency("sink", ofPeer: true) else { return nil }
        return own - before
    }

    private func counters(_ stage: UnsafeMutablePointer<GstElement>) -> [String: Int] {
        var value = GValue()
        g_value_init(&value, media_type_structure())
        defer { g_value_unset(&value) }
        media_get_property(stage, "stats", &value)
        guard let boxed = g_value_get_boxed(&value) else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: StageCounters.Counter.allCases.map { counter in
                var number: gint64 = -1
                gst_structure_get_int64(boxed.assumingMemoryBound(to: GstStructure.self), counter.rawValue, &number)
                return (counter.rawValue, Int(number))
            })
    }

    @Test(
        "a live stage without enough time keeps every frame, in order, within its budget, and tells each frame's rung")
    func overload() throws {
        try registerInpaintElement()
        let text = """
            videotestsrc is-live=true num-buffers=45 pattern=ball
            ! video/x-raw,format=I420,width=960,height=540,framerate=30/1
            ! inpaint name=stage mask=rect:300,150,300,200 region=full latency-budget=25 threads=1
            ! fakesink sync=true
            """
        let pipeline = try #require(gst_parse_launch(text, nil))
        gst_object_ref_sink(pipeline)
        let bus = gst_element_get_bus(pipeline)
        let bin = UnsafeMutableRawPointer(pipeline).assumingMemoryBound(to: GstBin.self)
        let stage = try #require(gst_bin_get_by_name(bin, "stage"))
        defer {
            gst_element_set_state(pipeline, GST_STATE_NULL)
            gst_object_unref(stage)
            gst_object_unref(bus)
            gst_object_unref(pipeline)
        }
        let (before, after) = (Passed(), Passed())
        before.watch(stage, "sink")
        after.watch(stage, "src")
        gst_element_set_state(pipeline, GST_STATE_PLAYING)

        var longest: UInt64 = 0
        let kinds = GstMessageType(
            rawValue: GST_MESSAGE_ERROR.rawValue | GST_MESSAGE_EOS.rawValue | GST_MESSAGE_LATENCY.rawValue)
        while true {
            let message = try #require(gst_bus_timed_pop_filtered(bus, 30_000_000_000, kinds), "no end came")
            defer { gst_message_unref(message) }
            guard media_message_type(message) == GST_MESSAGE_LATENCY else {
                #expect(media_message_type(message) == GST_MESSAGE_EOS)
                break
            }
            gst_bin_recalculate_latency(bin)
            longest = max(longest, declared(stage) ?? 0)
        }

        let (came, left) = (before.buffers.read { $0 }, after.buffers.read { $0 })
        #expect(came.count == 45)
        #expect(left.map(\.pts) == came.map(\.pts) && left.map(\.duration) == came.map(\.duration))
        let counters = counters(stage)
        // A frame that kept the budget is no reason to declare more.
        let most: UInt64 = counters["frames-late"] == 0 ? 25_000_000 : .max
        #expect((5_000_000...most).contains(longest), "\(longest) ns declared")
        #expect(counters["frames-repaired"] == 45)
        for rung in Rung.allCases {
            #expect(counters[rung.counter.rawValue] == left.count { $0.rung == rung.rawValue }, "\(rung)")
        }
        #expect(counters["rung-full"] ?? 45 < 45, "there was time for everything: this tests nothing")
    }
}
