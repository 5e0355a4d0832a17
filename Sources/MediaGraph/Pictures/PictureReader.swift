internal import CGStreamer
internal import Frames
internal import Glibc

/// Makes one picture with a small pipeline of its own: of a file, or of one colour.
struct PictureReader {
    enum Picture {
        case file(String)
        /// An SVG file, drawn in a size.
        case drawing(String, width: Int, height: Int)
        case plain(red: UInt32, green: UInt32, blue: UInt32)
    }

    /// Time a picture gets to be decoded.
    private static let patienceNanoseconds: UInt64 = 20_000_000_000

    private let picture: Picture
    private let caps: CapsHandle

    /// - Parameter caps: what the picture is converted and scaled to, its shape kept.
    init(_ picture: Picture, as caps: CapsHandle) {
        self.picture = picture
        self.caps = caps
    }

    /// The picture's buffer, its rows where the caps put them.
    ///
    /// Throws: as `read`.
    func buffer() throws -> MiniObject<GstBuffer> {
        try read { _, buffer in MiniObject(retaining: buffer) }
    }

    /// Makes the picture; of a file with many it is the first.
    ///
    /// Throws: `FrameError.notFound` where the file cannot be opened, `.badData` where it is no picture, with the file's
    /// name and the cause.
    func read<Result>(
        _ body: (GstVideoInfo, UnsafeMutablePointer<GstBuffer>) throws -> Result
    ) throws -> Result {
        if let path { try Self.checkReadable(path) }
        let pipeline = try makePipeline()
        defer { gst_element_set_state(pipeline.pointer(), GST_STATE_NULL) }
        gst_element_set_state(pipeline.pointer(), GST_STATE_PAUSED)
        try waitForPicture(of: pipeline)

        guard let sink = pipeline.element(named: "picture") else {
            preconditionFailure("the pipeline was made with an element of this name")
        }
        guard let sample = gst_app_sink_try_pull_preroll(sink.pointer(), 0) else {  // transfer full
            throw Self.notAPicture(name, "it holds no picture")
        }
        defer { gst_sample_unref(sample) }
        var info = GstVideoInfo()
        guard let caps = gst_sample_get_caps(sample), gst_video_info_from_caps(&info, caps) != 0,
            let buffer = gst_sample_get_buffer(sample)
        else { throw Self.notAPicture(name, "it holds no picture") }
        return try body(info, buffer)
    }

    static func notAPicture(_ name: String, _ cause: String?) -> FrameError {
        FrameError(.badData, subject: name, detail: "is no picture that can be read", underlying: cause)
    }

    private var path: String? {
        switch picture {
        case .file(let path), .drawing(let path, _, _): path
        case .plain: nil
        }
    }

    /// What the picture is reported under.
    private var name: String { path ?? "a plain picture" }

    /// The C library's own words say best why a file cannot be opened.
    private static func checkReadable(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw FrameError(.notFound, subject: path, detail: "cannot be opened", underlying: errorText(errno))
        }
        defer { close(descriptor) }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw FrameError(.badData, subject: path, detail: "is a folder, not a picture")
        }
    }

    private static func errorText(_ code: Int32) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }

    private func makePipeline() throws -> ObjectHandle {
        let source =
            switch picture {
            case .file: "filesrc name=file ! decodebin"
            // It draws in the size that is asked for right behind it.
            case .drawing(_, let width, let height):
                "filesrc name=file ! rsvgdec ! video/x-raw,width=\(width),height=\(height)"
            case .plain(let red, let green, let blue):
                "videotestsrc num-buffers=1 pattern=solid-color "
                    + "foreground-color=\(0xff00_0000 | red << 16 | green << 8 | blue)"
            }
        let text =
            source + " ! videoconvert dither=none ! videoscale add-borders=true ! capsfilter name=format "
            + "! appsink name=picture sync=false"
        var error: UnsafeMutablePointer<GError>?
        defer { g_clear_error(&error) }
        guard let made = gst_parse_launch_full(text, nil, GST_PARSE_FLAG_FATAL_ERRORS, &error) else {
            throw FrameError(
                .unavailable, subject: name, detail: "GStreamer lacks an element to read pictures",
                underlying: error.map { String(cString: $0.pointee.message) })
        }
        let pipeline = ObjectHandle(retaining: UnsafeMutableRawPointer(made))  // transfer floating
        if let path, let source = pipeline.element(named: "file") {
            media_set_string_property(source.raw, "location", path)
        }
        if let filter = pipeline.element(named: "format") { filter.set(caps: caps.pointer) }
        return pipeline
    }

    private func waitForPicture(of pipeline: ObjectHandle) throws {
        let bus = gst_element_get_bus(pipeline.pointer())  // transfer full
        defer { gst_object_unref(bus) }
        let kinds = GstMessageType(
            rawValue: GST_MESSAGE_ERROR.rawValue | GST_MESSAGE_WARNING.rawValue | GST_MESSAGE_EOS.rawValue
                | GST_MESSAGE_ASYNC_DONE.rawValue)
        let deadline = MonotonicClock.now.nanoseconds + Self.patienceNanoseconds
        while true {
            let now = MonotonicClock.now.nanoseconds
            guard now < deadline, let message = gst_bus_timed_pop_filtered(bus, UInt(deadline - now), kinds)
            else {  // transfer full
                let seconds = Self.patienceNanoseconds / 1_000_000_000
                throw Self.notAPicture(name, "it could not be decoded within \(seconds) seconds")
            }
            defer { gst_message_unref(message) }
            var error: UnsafeMutablePointer<GError>?
            defer { g_clear_error(&error) }
            switch media_message_type(message) {
            case GST_MESSAGE_ERROR:
                gst_message_parse_error(message, &error, nil)
                throw Self.notAPicture(name, error.map { String(cString: $0.pointee.message) })
            case GST_MESSAGE_WARNING:
                gst_message_parse_warning(message, &error, nil)
                // A file of sound alone never reaches the picture's end of the pipeline.
                if media_error_is_delayed_link(error) != 0 { throw Self.notAPicture(name, "it holds no picture") }
            case GST_MESSAGE_EOS:
                throw Self.notAPicture(name, "it holds no picture")
            default:
                return
            }
        }
    }
}
