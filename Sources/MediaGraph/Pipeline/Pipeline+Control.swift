internal import CGStreamer

/// What can be asked of a pipeline while it plays, from any thread.
extension Pipeline {
    /// Sets a property of an element.
    ///
    /// A string is taken to the letter, any other type is read as pipeline text reads it. Nothing of it is ever parsed
    /// as pipeline text.
    ///
    /// Throws: `PipelineError` for a name that is none, a property that cannot be changed now, and a value that the
    /// property does not take; then everything stays as it was.
    public func set(_ property: String, of element: String, to value: String) throws(PipelineError) {
        try PipelinePlan.Property(element: element, name: property, value: value, place: name).change(in: handle)
    }

    /// The pipeline and the caps between its elements, in the DOT language. It shows every property that was set.
    public var graph: String {
        String(takingOver: gst_debug_bin_to_dot_data(handle.bin, GST_DEBUG_GRAPH_SHOW_ALL)) ?? ""
    }

    /// Whether a source keeps the time, as a camera does: what is before a sink tells. A sink's own answer is whether it
    /// keeps the time itself, as it may with a file too.
    var hasLiveSource: Bool {
        handle.elements.contains { $0.isA(gst_base_sink_get_type()) && $0.isSinkFedLive }
    }
}

extension ObjectHandle {
    fileprivate var isSinkFedLive: Bool {
        let query = gst_query_new_latency()
        defer { gst_query_unref(query) }
        guard gst_pad_peer_query(media_base_sink_pad(raw), query) != 0 else { return false }
        var isLive: gboolean = 0
        gst_query_parse_latency(query, &isLive, nil, nil)
        return isLive != 0
    }
}
