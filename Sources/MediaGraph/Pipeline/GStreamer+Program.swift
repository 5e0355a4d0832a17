internal import CGStreamer

extension GStreamer {
    /// The library's own words, `GStreamer 1.22.0`.
    public static var version: String {
        String(takingOver: gst_version_string()) ?? "GStreamer"
    }

    /// Takes the library down, at the end of the program: what is leaked then can be told by its `leaks` tracer.
    /// Nothing of GStreamer may live any more, or be used afterwards.
    public static func shutDown() {
        gst_deinit()
    }
}
