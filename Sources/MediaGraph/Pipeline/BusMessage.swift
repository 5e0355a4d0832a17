internal import CGStreamer

/// A message from the bus, as far as the run of a pipeline depends on it.
enum BusMessage {
    case endOfStream
    /// `isWriter`: it came from a muxer or a sink, which then completes no file any more.
    case error(PipelineError, isWriter: Bool)
    case warning(PipelineError)
    /// The text links a stream that the input does not have.
    case linkFailed(PipelineError)
    case asyncDone
    case latency
    case clockLost
    case buffering(percent: Int)
    case stateRequest(GstState)
    case missingPlugin(String)
    /// Other threads left notices.
    case notices
    case other

    /// Reads a message; `missingPlugin` is what an earlier one named.
    init(_ message: UnsafeMutablePointer<GstMessage>, missingPlugin: String?) {
        switch message.pointee.type {
        case GST_MESSAGE_EOS:
            self = .endOfStream
        case GST_MESSAGE_ERROR:
            let error = Self.error(
                message, gst_message_parse_error, gst_message_parse_error_details, missingPlugin)
            let side = message.pointee.src.flatMap { GraphSide(of: ObjectHandle(retaining: $0)) }
            self = .error(error, isWriter: side == .output)
        case GST_MESSAGE_WARNING:
            let (domain, code) = Self.identity(message)
            let warning = Self.error(
                message, gst_message_parse_warning, gst_message_parse_warning_details, missingPlugin)
            let isDelayedLink = domain == gst_parse_error_quark() && code == GST_PARSE_ERROR_DELAYED_LINK.rawValue
            self = isDelayedLink ? .linkFailed(warning) : .warning(warning)
        case GST_MESSAGE_ASYNC_DONE:
            self = .asyncDone
        case GST_MESSAGE_LATENCY:
            self = .latency
        case GST_MESSAGE_CLOCK_LOST:
            self = .clockLost
        case GST_MESSAGE_BUFFERING:
            var percent: gint = 0
            gst_message_parse_buffering(message, &percent)
            self = .buffering(percent: Int(percent))
        case GST_MESSAGE_REQUEST_STATE:
            var state = GST_STATE_NULL
            gst_message_parse_request_state(message, &state)
            self = .stateRequest(state)
        case GST_MESSAGE_ELEMENT:
            guard let structure = gst_message_get_structure(message),
                gst_structure_has_name(structure, "missing-plugin") != 0
            else {
                self = .other
                return
            }
            self = .missingPlugin(gst_structure_get_string(structure, "name").map { String(cString: $0) } ?? "a plugin")
        case GST_MESSAGE_APPLICATION:
            self = .notices
        default:
            self = .other
        }
    }

    private typealias Parse = (
        UnsafeMutablePointer<GstMessage>?, UnsafeMutablePointer<UnsafeMutablePointer<GError>?>?,
        UnsafeMutablePointer<UnsafeMutablePointer<gchar>?>?
    ) -> Void
    private typealias ParseDetails = (
        UnsafeMutablePointer<GstMessage>?, UnsafeMutablePointer<UnsafePointer<GstStructure>?>?
    ) -> Void

    private static func error(
        _ message: UnsafeMutablePointer<GstMessage>, _ parse: Parse, _ parseDetails: ParseDetails,
        _ missingPlugin: String?
    ) -> PipelineError {
        var error: UnsafeMutablePointer<GError>?
        var debug: UnsafeMutablePointer<gchar>?
        parse(message, &error, &debug)
        defer { g_clear_error(&error) }
        let debugText = String(takingOver: debug)
        var details: UnsafePointer<GstStructure>?
        parseDetails(message, &details)
        let source = message.pointee.src.map { ObjectHandle(retaining: $0) }
        guard let error else {
            return PipelineError(.unavailable, subject: source?.name ?? "pipeline", detail: "failed without a word")
        }
        let known = PipelineError(
            error.pointee, debug: debugText, details: PipelineError.Details(details), source: source,
            missingPlugin: missingPlugin)
        guard let server = source.flatMap(RTSPServerAddress.init(of:)) else { return known }
        return known.naming(server, error.pointee, status: details.flatMap(Self.status(in:)))
    }

    /// What an RTSP server answered.
    private static func status(in details: UnsafePointer<GstStructure>) -> Int? {
        var status: guint = 0
        return gst_structure_get_uint(details, "rtsp-status-code", &status) != 0 ? Int(status) : nil
    }

    private static func identity(_ message: UnsafeMutablePointer<GstMessage>) -> (domain: GQuark, code: UInt32) {
        var error: UnsafeMutablePointer<GError>?
        gst_message_parse_warning(message, &error, nil)
        defer { g_clear_error(&error) }
        return error.map { ($0.pointee.domain, UInt32($0.pointee.code)) } ?? (0, 0)
    }
}

extension PipelineError.Details {
    fileprivate init(_ structure: UnsafePointer<GstStructure>?) {
        guard let structure else { return }
        code = gst_structure_get_string(structure, "code").map { String(cString: $0) }
        var flow: gint = 0
        if gst_structure_get_int(structure, "flow-return", &flow) != 0 { self.flow = GstFlowReturn(flow) }
    }
}
