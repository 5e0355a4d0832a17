internal import CGStreamer
internal import Frames

/// How a repaired frame's hole was filled, on its buffer: a GstCustomMeta named `inpaint-rung` with a text field `rung`.
///
/// It says nothing about the memory, so it stays on the buffer through whatever copies or converts it.
enum RungMeta {
    private static let name = "inpaint-rung"
    private static let field = "rung"

    /// Whether the name is known to GStreamer: once a process, also where the element is in it twice.
    private static let isRegistered: Bool = {
        if gst_meta_get_info(name) != nil { return true }
        var noTags: [UnsafePointer<gchar>?] = [nil]
        return gst_meta_register_custom(name, &noTags, nil, nil, nil) != nil
    }()

    /// Writes it on a buffer that is writable, in the place of what an earlier stage wrote there.
    static func put(_ rung: Rung, on buffer: UnsafeMutablePointer<GstBuffer>) {
        guard isRegistered,
            let meta = gst_buffer_get_custom_meta(buffer, name) ?? gst_buffer_add_custom_meta(buffer, name)
        else { return }
        media_structure_set_string(gst_custom_meta_get_structure(meta), field, rung.rawValue)
    }
}
