internal import CGStreamer
internal import Frames

/// Makes a stage's inner elements and pads, and ties GStreamer's callbacks to the objects that take them.
enum StagePads {
    static let size = "width=(int)[1,2147483647],height=(int)[1,2147483647],framerate=(fraction)[0/1,2147483647/1]"

    /// The caps of the frames a stage takes: every `PixelFormat`, any size and rate.
    static func formats() -> CapsHandle {
        let names = PixelFormat.allCases.map(\.rawValue).joined(separator: ",")
        return caps("video/x-raw,format=(string){\(names)},\(size)")
    }

    /// The caps of a mask stream.
    static func maskFormats() -> CapsHandle {
        caps("video/x-raw,format=(string)GRAY8,\(size)")
    }

    private static func caps(_ text: String) -> CapsHandle {
        guard let caps = gst_caps_from_string(text) else {  // transfer full
            preconditionFailure("these caps are written right here")
        }
        return CapsHandle(adopting: caps)
    }

    /// Adds the templates of the three pads to an element class.
    static func addTemplates(to elementClass: UnsafeMutablePointer<GstElementClass>) {
        func add(_ name: String, _ direction: GstPadDirection, _ presence: GstPadPresence, _ caps: CapsHandle) {
            gst_element_class_add_pad_template(
                elementClass, gst_pad_template_new(name, direction, presence, caps.pointer))  // transfer floating
        }
        add("sink", GST_PAD_SINK, GST_PAD_ALWAYS, formats())
        add("src", GST_PAD_SRC, GST_PAD_ALWAYS, formats())
        add("mask", GST_PAD_SINK, GST_PAD_REQUEST, maskFormats())
    }

    // MARK: Inner elements

    /// An appsink through which everything passes at once and nothing is dropped. Its state is the bin's own affair.
    static func makeSink(named name: String, caps: CapsHandle? = nil) -> ObjectHandle {
        let sink = make(gst_app_sink_get_type(), named: name)
        let base = sink.pointer(as: GstBaseSink.self)
        gst_base_sink_set_sync(base, 0)
        gst_base_sink_set_async_enabled(base, 0)
        gst_base_sink_set_qos_enabled(base, 0)
        gst_base_sink_set_last_sample_enabled(base, 0)
        gst_base_sink_set_drop_out_of_segment(base, 0)
        if let caps { gst_app_sink_set_caps(sink.pointer(), caps.pointer) }
        gst_element_set_locked_state(sink.pointer(), 1)
        return sink
    }

    /// An appsink at the end of a pipeline: what comes passes at its time, as in any sink.
    static func makeServerSink(named name: String, sync: Bool) -> ObjectHandle {
        let sink = make(gst_app_sink_get_type(), named: name)
        let base = sink.pointer(as: GstBaseSink.self)
        gst_base_sink_set_sync(base, sync ? 1 : 0)
        gst_base_sink_set_last_sample_enabled(base, 0)
        return sink
    }

    /// An appsrc that holds one frame and makes its caller wait for the next.
    static func makeSource(named name: String) -> ObjectHandle {
        let source = make(gst_app_src_get_type(), named: name)
        gst_app_src_set_max_bytes(source.pointer(), 0)
        gst_app_src_set_max_buffers(source.pointer(), 1)
        media_set_boolean_property(source.raw, "block", 1)
        media_set_enum_property(source.raw, "format", Int32(GST_FORMAT_TIME.rawValue))
        return source
    }

    /// A new element; without a name it gets one of its own.
    static func make(_ type: GType, named name: String? = nil) -> ObjectHandle {
        guard let object = g_object_new_with_properties(type, 0, nil, nil) else {  // transfer floating
            preconditionFailure("an object of a registered type can be made")
        }
        gst_object_set_name(UnsafeMutableRawPointer(object).assumingMemoryBound(to: GstObject.self), name)
        return ObjectHandle(retaining: UnsafeMutableRawPointer(object))
    }

    /// A ghost of `target` from the class's template of the same name, not added yet.
    static func makeGhost(
        _ name: String, for target: UnsafeMutablePointer<GstPad>?, of element: UnsafeMutablePointer<GstElement>
    ) -> UnsafeMutablePointer<GstPad> {  // transfer floating
        guard let target, let template = gst_element_get_pad_template(element, name),
            let pad = gst_ghost_pad_new_from_template(name, target, template)
        else { preconditionFailure("a new element has its pads and templates") }
        return pad
    }

    // MARK: Callbacks

    static func connect(_ input: StageInput, appsink: ObjectHandle, pad: UnsafeMutablePointer<GstPad>) {
        var callbacks = GstAppSinkCallbacks()
        callbacks.new_sample = { appsink, data in
            guard let appsink, let data else { return GST_FLOW_ERROR }
            return Trampoline.object(data, as: StageInput.self).takeSample(from: appsink)
        }
        gst_app_sink_set_callbacks(appsink.pointer(), &callbacks, Trampoline.retain(input), Trampoline.release)
        gst_pad_set_event_function_full(
            pad,
            { pad, parent, event in
                guard let pad, let event, let data = pad.pointee.eventdata else { return 0 }
                return Trampoline.object(data, as: StageInput.self).receive(event, pad: pad, parent: parent) ? 1 : 0
            }, Trampoline.retain(input), Trampoline.release)
    }

    static func connect(_ input: MaskInput, appsink: ObjectHandle, pad: UnsafeMutablePointer<GstPad>) {
        var callbacks = GstAppSinkCallbacks()
        callbacks.new_sample = { appsink, data in
            guard let appsink, let data else { return GST_FLOW_ERROR }
            return Trampoline.object(data, as: MaskInput.self).takeSample(from: appsink)
        }
        gst_app_sink_set_callbacks(appsink.pointer(), &callbacks, Trampoline.retain(input), Trampoline.release)
        gst_pad_set_event_function_full(
            pad,
            { pad, parent, event in
                guard let pad, let event, let data = pad.pointee.eventdata else { return 0 }
                return Trampoline.object(data, as: MaskInput.self).receive(event, pad: pad, parent: parent) ? 1 : 0
            }, Trampoline.retain(input), Trampoline.release)
    }

    /// Takes what appsrc sends on the inner side of the ghost pad, before it leaves.
    static func connect(_ output: StageOutput, pad: UnsafeMutablePointer<GstPad>) {
        let ghost = UnsafeMutableRawPointer(pad).assumingMemoryBound(to: GstProxyPad.self)
        guard let proxy = gst_proxy_pad_get_internal(ghost) else { return }  // transfer full
        defer { gst_object_unref(proxy) }
        let inner = UnsafeMutableRawPointer(proxy).assumingMemoryBound(to: GstPad.self)
        gst_pad_set_event_function_full(
            inner,
            { pad, _, event in
                guard let event, let data = pad?.pointee.eventdata else { return 0 }
                return Trampoline.object(data, as: StageOutput.self).receive(event) ? 1 : 0
            }, Trampoline.retain(output), Trampoline.release)
        gst_pad_set_chain_function_full(
            inner,
            { pad, _, buffer in
                guard let buffer, let data = pad?.pointee.chaindata else { return GST_FLOW_ERROR }
                return Trampoline.object(data, as: StageOutput.self).receive(buffer)
            }, Trampoline.retain(output), Trampoline.release)
    }

    /// Ties the queries of both pads, and the events that go upstream, to `queries`.
    static func answer(
        _ queries: StageQueries, sink: UnsafeMutablePointer<GstPad>, source: UnsafeMutablePointer<GstPad>
    ) {
        gst_pad_set_query_function_full(
            sink,
            { pad, _, query in
                guard let query, let data = pad?.pointee.querydata else { return 0 }
                return Trampoline.object(data, as: StageQueries.self).answerUpstream(query) ? 1 : 0
            }, Trampoline.retain(queries), Trampoline.release)
        gst_pad_set_query_function_full(
            source,
            { pad, _, query in
                guard let query, let data = pad?.pointee.querydata else { return 0 }
                return Trampoline.object(data, as: StageQueries.self).answerDownstream(query) ? 1 : 0
            }, Trampoline.retain(queries), Trampoline.release)
        gst_pad_set_event_function_full(
            source,
            { pad, _, event in
                guard let event, let data = pad?.pointee.eventdata else { return 0 }
                return gst_pad_push_event(Trampoline.object(data, as: StageQueries.self).sink, event)
            }, Trampoline.retain(queries), Trampoline.release)
    }
}
