internal import CGStreamer
internal import Frames

extension Relay {
    /// The output's end: an appsrc of live data.
    static func makeInlet() -> ObjectHandle {
        let source = StagePads.make(gst_app_src_get_type())
        gst_app_src_set_max_bytes(source.pointer(), 0)
        gst_app_src_set_max_buffers(source.pointer(), room)
        media_set_boolean_property(source.raw, "block", 1)
        media_set_boolean_property(source.raw, "is-live", 1)
        media_set_enum_property(source.raw, "format", Int32(GST_FORMAT_TIME.rawValue))
        return source
    }

    /// The end of an input: an appsink that hands over whatever comes at once.
    func makeOutlet() -> ObjectHandle {
        let sink = StagePads.make(gst_app_sink_get_type())
        let base = sink.pointer(as: GstBaseSink.self)
        gst_base_sink_set_sync(base, 0)
        gst_base_sink_set_qos_enabled(base, 0)
        gst_base_sink_set_last_sample_enabled(base, 0)

        var callbacks = GstAppSinkCallbacks()
        callbacks.new_sample = { appsink, data in
            guard let appsink, let data, let sample = gst_app_sink_try_pull_sample(appsink, 0) else {  // transfer full
                return GST_FLOW_FLUSHING
            }
            let buffer = gst_sample_get_buffer(sample).map { gst_buffer_ref($0) }
            gst_sample_unref(sample)
            guard let buffer = buffer ?? nil else { return GST_FLOW_OK }
            let element = UnsafeMutableRawPointer(appsink).assumingMemoryBound(to: GstElement.self)
            return Trampoline.object(data, as: Relay.self).take(buffer, at: element)
        }
        gst_app_sink_set_callbacks(sink.pointer(), &callbacks, Trampoline.retain(self), Trampoline.release)

        let events = GstPadProbeType(
            rawValue: GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM.rawValue | GST_PAD_PROBE_TYPE_EVENT_UPSTREAM.rawValue)
        gst_pad_add_probe(
            media_base_sink_pad(sink.raw), events,
            { pad, info, data in
                guard let pad, let data, let event = info?.pointee.data?.assumingMemoryBound(to: GstEvent.self),
                    let element = gst_pad_get_parent_element(pad)  // transfer full
                else { return GST_PAD_PROBE_OK }
                defer { gst_object_unref(element) }
                let relay = Trampoline.object(data, as: Relay.self)
                if media_event_type(event) == GST_EVENT_LATENCY {
                    // The pipeline tells its sinks, and they tell upstream.
                    var latency: GstClockTime = 0
                    gst_event_parse_latency(event, &latency)
                    relay.take(latency: Timestamp(clockTime: latency) ?? .zero)
                } else {
                    relay.take(event, at: element)
                }
                return GST_PAD_PROBE_OK
            }, Trampoline.retain(self), Trampoline.release)
        gst_pad_add_probe(
            media_base_sink_pad(sink.raw), GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
            { _, info, data in
                guard let data, let query = info?.pointee.data?.assumingMemoryBound(to: GstQuery.self),
                    media_query_type(query) == GST_QUERY_CAPS
                else { return GST_PAD_PROBE_OK }
                Trampoline.object(data, as: Relay.self).answerCaps(query)
                return GST_PAD_PROBE_HANDLED
            }, Trampoline.retain(self), Trampoline.release)
        return sink
    }

    /// The input may bring what the output takes.
    private func answerCaps(_ query: UnsafeMutablePointer<GstQuery>) {
        var filter: UnsafeMutablePointer<GstCaps>?
        gst_query_parse_caps(query, &filter)  // transfer none
        let caps = gst_pad_peer_query_caps(media_base_src_pad(inlet.raw), filter)  // transfer full
        defer { gst_caps_unref(caps) }
        gst_query_set_caps_result(query, caps)
    }
}
