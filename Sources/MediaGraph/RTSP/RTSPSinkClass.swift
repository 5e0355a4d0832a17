internal import CGStreamer
internal import Frames

/// The GObject class of `rtspserversink`; the Swift side of an instance is an `RTSPSink`.
enum RTSPSinkClass {
    static let factoryName = "rtspserversink"
    private static let typeName = "GstInpaintdRTSPServerSink"

    /// Makes the element known.
    ///
    /// - Parameter plugin: the GstPlugin that it belongs to; nil for this process alone.
    ///
    /// Throws: `FrameError` where GStreamer refuses it.
    static func register(plugin: OpaquePointer?) throws {
        guard gst_element_register(plugin, factoryName, guint(GST_RANK_NONE.rawValue), type) != 0 else {
            throw FrameError(.unavailable, subject: factoryName, detail: "GStreamer does not take the element")
        }
    }

    private static let type: GType = {
        var info = BinClass.info
        info.class_init = { elementClass, _ in
            if let elementClass { RTSPSinkClass.initialize(elementClass) }
        }
        info.instance_init = { instance, _ in
            guard let instance else { return }
            let sink = RTSPSink(bin: UnsafeMutableRawPointer(instance).assumingMemoryBound(to: GstElement.self))
            BinClass.set(sink, of: UnsafeMutableRawPointer(instance))
        }
        return g_type_register_static(gst_bin_get_type(), typeName, &info, GTypeFlags(rawValue: 0))
    }()

    private static func sink(of instance: UnsafeMutableRawPointer) -> RTSPSink? {
        BinClass.inside(of: instance)
    }

    private static func initialize(_ pointer: UnsafeMutableRawPointer) {
        BinClass.install(RTSPSettings.properties, owner: typeName, on: pointer)

        let element = pointer.assumingMemoryBound(to: GstElementClass.self)
        gst_element_class_set_metadata(
            element, "RTSP server sink", "Sink/Network/RTSP",
            "Publishes encoded streams at a mount of an RTSP server, for any number of clients", "inpaintd")
        let caps = gst_caps_from_string(RTSPPayload.caps)
        gst_element_class_add_pad_template(
            element, gst_pad_template_new("sink_%u", GST_PAD_SINK, GST_PAD_REQUEST, caps))
        gst_caps_unref(caps)
        element.pointee.change_state = { element, transition in
            guard let element, let sink = RTSPSinkClass.sink(of: UnsafeMutableRawPointer(element)),
                let parent = BinClass.parentClass(GstElementClass.self)
            else { return GST_STATE_CHANGE_FAILURE }
            guard sink.prepare(transition) else { return GST_STATE_CHANGE_FAILURE }
            let result = parent.pointee.change_state(element, transition)
            if result == GST_STATE_CHANGE_FAILURE { sink.undo(transition) }
            return result
        }
        element.pointee.request_new_pad = { element, template, name, _ in
            guard let element, let template else { return nil }
            return RTSPSinkClass.sink(of: UnsafeMutableRawPointer(element))?.requestPad(
                template, named: name.map { String(cString: $0) })
        }
        element.pointee.release_pad = { element, pad in
            guard let element, let pad else { return }
            RTSPSinkClass.sink(of: UnsafeMutableRawPointer(element))?.releasePad(pad)
        }
    }
}

/// Makes `rtspserversink` known to this process, so that pipeline text can name it.
///
/// Throws: `FrameError` where GStreamer cannot start or refuses the element.
public func registerRTSPServerSink() throws {
    try GStreamer.initialize()
    try RTSPSinkClass.register(plugin: nil)
}

/// Makes `rtspserversink` known to the program that loads a plugin; false where GStreamer refuses it.
///
/// `plugin` is the GstPlugin of the plugin's entry point.
public func registerRTSPServerSink(plugin: UnsafeMutableRawPointer) -> Bool {
    do {
        try RTSPSinkClass.register(plugin: OpaquePointer(plugin))
        return true
    } catch {
        return false
    }
}
