internal import CGStreamer
internal import Frames

/// The GStreamer library itself.
public enum GStreamer {
    /// Initialises the library once; every later call returns at once.
    ///
    /// Throws: `FrameError` where GStreamer cannot start, with its own words.
    public static func initialize() throws {
        if let failure = outcome { throw failure }
    }

    private static let outcome: FrameError? = {
        var error: UnsafeMutablePointer<GError>?
        if gst_init_check(nil, nil, &error) != 0 { return nil }
        defer { g_clear_error(&error) }
        return FrameError(
            .unavailable, subject: "GStreamer", detail: "could not be initialised",
            underlying: error.map { String(cString: $0.pointee.message) })
    }()
}
