internal import CGStreamer

extension Pipeline {
    /// Lets every RTSP source wait no longer than this for an answer: then the error is its own, and names the server,
    /// before somebody's who only waits for frames. A time that the pipeline's text sets stays.
    public func limitPatience(to limit: Duration) {
        let patience = SourcePatience(limit)
        for element in handle.elements { patience.set(on: element) }
        // Sources that are made while it plays, as by uridecodebin.
        let callback:
            @convention(c) (
                UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer
            ) -> Void = { _, _, element, data in
                Trampoline.object(data, as: SourcePatience.self).set(on: ObjectHandle(retaining: element))
            }
        g_signal_connect_data(
            handle.raw, "deep-element-added", unsafeBitCast(callback, to: GCallback.self), Trampoline.retain(patience),
            { data, _ in Trampoline.release(data) }, GConnectFlags(rawValue: 0))
    }
}

/// How long a source waits for its server.
private final class SourcePatience: Sendable {
    private static let property = "tcp-timeout"

    /// Units: microseconds.
    private let limit: guint64

    init(_ limit: Duration) {
        self.limit = guint64(max(1, limit / .microseconds(1)))
    }

    func set(on element: ObjectHandle) {
        guard element.factoryName == "rtspsrc",
            let property = g_object_class_find_property(element.objectClass, Self.property),
            let usual = g_param_spec_get_default_value(property)
        else { return }
        var value = GValue()
        g_value_init(&value, property.pointee.value_type)
        defer { g_value_unset(&value) }
        g_object_get_property(element.object, Self.property, &value)
        guard g_value_get_uint64(&value) == g_value_get_uint64(usual), g_value_get_uint64(usual) > limit else { return }
        g_value_set_uint64(&value, limit)
        g_object_set_property(element.object, Self.property, &value)
    }
}
