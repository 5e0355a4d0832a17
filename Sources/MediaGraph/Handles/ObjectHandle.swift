internal import CGStreamer

/// One owned reference to a GObject, given back when the handle goes.
///
/// Sendable because GObject counts references atomically; what is called on the object must be thread-safe itself.
final class ObjectHandle: @unchecked Sendable {  // Sendable because reference counting is atomic
    /// The object; valid as long as the handle lives.
    let raw: UnsafeMutableRawPointer

    /// Takes over a reference the caller owns.
    init(adopting raw: UnsafeMutableRawPointer) {  // transfer full
        self.raw = raw
    }

    /// Adds a reference of its own, and makes a floating one real.
    init(retaining raw: UnsafeMutableRawPointer) {  // transfer none or floating
        self.raw = gst_object_ref_sink(raw)
    }

    deinit {
        gst_object_unref(raw)
    }

    /// The object as a GStreamer type, for a C call.
    func pointer<Object>(as type: Object.Type = Object.self) -> UnsafeMutablePointer<Object> {
        raw.assumingMemoryBound(to: type)
    }
}
