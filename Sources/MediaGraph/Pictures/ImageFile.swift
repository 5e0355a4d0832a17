internal import CGStreamer
public import Frames
internal import Glibc

/// Reads a picture from a file, in any format GStreamer decodes.
public enum ImageFile {
    /// Time a picture gets to be decoded.
    private static let patienceNanoseconds: UInt64 = 20_000_000_000

    /// The picture as gray, what is transparent being black. Of a file with many pictures it is the first.
    ///
    /// Gray is the luma of BT.601; a gray picture keeps its values.
    ///
    /// Throws: `FrameError.notFound` where the file cannot be opened, `.badData` where it is no picture, with the file's
    /// name and the cause.
    public static func gray(contentsOf path: String) throws -> GrayImage {
        try GStreamer.initialize()
        try checkReadable(path)
        let pipeline = try makePipeline(reading: path)
        defer { gst_element_set_state(pipeline.pointer(), GST_STATE_NULL) }
        gst_element_set_state(pipeline.pointer(), GST_STATE_PAUSED)
        try waitForPicture(of: pipeline, path: path)

        let sinkName = "picture"
        guard let sink = gst_bin_get_by_name(pipeline.pointer(), sinkName) else {  // transfer full
            preconditionFailure("the pipeline was made with an element of this name")
        }
        let handle = ObjectHandle(adopting: UnsafeMutableRawPointer(sink))
        guard let sample = gst_app_sink_try_pull_preroll(handle.pointer(), 0) else {  // transfer full
            throw notAPicture(path, "it holds no picture")
        }
        defer { gst_sample_unref(sample) }
        return try gray(of: sample, path: path)
    }

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

    private static func makePipeline(reading path: String) throws -> ObjectHandle {
        let text =
            "filesrc name=file ! decodebin ! videoconvert dither=none ! video/x-raw,format=RGBA "
            + "! appsink name=picture sync=false"
        var error: UnsafeMutablePointer<GError>?
        defer { g_clear_error(&error) }
        guard let made = gst_parse_launch_full(text, nil, GST_PARSE_FLAG_FATAL_ERRORS, &error) else {
            throw FrameError(
                .unavailable, subject: path, detail: "GStreamer lacks an element to read pictures",
                underlying: error.map { String(cString: $0.pointee.message) })
        }
        let pipeline = ObjectHandle(retaining: UnsafeMutableRawPointer(made))  // transfer floating
        let source = gst_bin_get_by_name(pipeline.pointer(), "file")  // transfer full
        media_set_string_property(source, "location", path)
        gst_object_unref(source)
        return pipeline
    }

    private static func waitForPicture(of pipeline: ObjectHandle, path: String) throws {
        let bus = gst_element_get_bus(pipeline.pointer())  // transfer full
        defer { gst_object_unref(bus) }
        let kinds = GstMessageType(
            rawValue: GST_MESSAGE_ERROR.rawValue | GST_MESSAGE_WARNING.rawValue | GST_MESSAGE_EOS.rawValue
                | GST_MESSAGE_ASYNC_DONE.rawValue)
        let deadline = MonotonicClock.now.nanoseconds + patienceNanoseconds
        while true {
            let now = MonotonicClock.now.nanoseconds
            guard now < deadline, let message = gst_bus_timed_pop_filtered(bus, UInt(deadline - now), kinds)
            else {  // transfer full
                throw notAPicture(path, "it could not be decoded within \(patienceNanoseconds / 1_000_000_000) seconds")
            }
            defer { gst_message_unref(message) }
            var error: UnsafeMutablePointer<GError>?
            defer { g_clear_error(&error) }
            switch media_message_type(message) {
            case GST_MESSAGE_ERROR:
                gst_message_parse_error(message, &error, nil)
                throw notAPicture(path, error.map { String(cString: $0.pointee.message) })
            case GST_MESSAGE_WARNING:
                gst_message_parse_warning(message, &error, nil)
                // A file of sound alone never reaches the picture's end of the pipeline.
                if media_error_is_delayed_link(error) != 0 { throw notAPicture(path, "it holds no picture") }
            case GST_MESSAGE_EOS:
                throw notAPicture(path, "it holds no picture")
            default:
                return
            }
        }
    }

    private static func notAPicture(_ path: String, _ cause: String?) -> FrameError {
        FrameError(.badData, subject: path, detail: "is no picture that can be read", underlying: cause)
    }

    private static func gray(of sample: OpaquePointer, path: String) throws -> GrayImage {
        var info = GstVideoInfo()
        var frame = GstVideoFrame()
        guard let caps = gst_sample_get_caps(sample), gst_video_info_from_caps(&info, caps) != 0,
            let buffer = gst_sample_get_buffer(sample), gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ) != 0,
            let base = frame.data.0
        else { throw notAPicture(path, "its pixels could not be mapped") }
        defer { gst_video_frame_unmap(&frame) }

        let width = Int(info.width)
        let height = Int(info.height)
        let stride = Int(frame.info.stride.0)
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height) { pixels, count in
            for y in 0..<height {
                let row = base.advanced(by: y * stride).assumingMemoryBound(to: UInt8.self)
                for x in 0..<width {
                    let red = Int(row[4 * x])
                    let green = Int(row[4 * x + 1])
                    let blue = Int(row[4 * x + 2])
                    let luma = (299 * red + 587 * green + 114 * blue + 500) / 1000
                    pixels[y * width + x] = UInt8((luma * Int(row[4 * x + 3]) + 127) / 255)
                }
            }
            count = width * height
        }
        return GrayImage(width: width, height: height, pixels: pixels)
    }
}
