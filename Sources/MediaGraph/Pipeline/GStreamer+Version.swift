internal import CGStreamer

extension GStreamer {
    /// The library's own words, `GStreamer 1.22.0`.
    public static var version: String {
        String(takingOver: gst_version_string()) ?? "GStreamer"
    }
}
