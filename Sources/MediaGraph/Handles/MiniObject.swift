internal import CGStreamer

/// One owned reference to a GstMiniObject (caps, event, sample), given back when the handle goes.
///
/// A buffer that is written to is no such handle: see `BufferStorage`, which keeps its one reference its own.
final class MiniObject<Value>: @unchecked Sendable {  // Sendable because it is only read, its count is atomic
    /// The object; valid as long as the handle lives.
    let pointer: UnsafeMutablePointer<Value>

    /// Takes over a reference the caller owns.
    init(adopting pointer: UnsafeMutablePointer<Value>) {  // transfer full
        self.pointer = pointer
    }

    /// Adds a reference of its own.
    init(retaining pointer: UnsafeMutablePointer<Value>) {  // transfer none
        gst_mini_object_ref(UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: GstMiniObject.self))
        self.pointer = pointer
    }

    deinit {
        gst_mini_object_unref(UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: GstMiniObject.self))
    }

    /// A further reference, for a C call that takes one over.
    func retained() -> UnsafeMutablePointer<Value> {  // transfer full
        gst_mini_object_ref(UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: GstMiniObject.self))
        return pointer
    }
}

typealias CapsHandle = MiniObject<GstCaps>
typealias EventHandle = MiniObject<GstEvent>

extension MiniObject<GstEvent> {
    /// Whether the event stays true over a flush, as caps and tags do.
    var outlivesFlush: Bool {
        switch media_event_type(pointer) {
        case GST_EVENT_SEGMENT, GST_EVENT_EOS: false
        default: media_event_is_sticky(pointer) != 0
        }
    }
}
