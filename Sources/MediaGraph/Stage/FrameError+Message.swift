internal import CGStreamer
internal import Frames

/// How a `FrameError` becomes a GStreamer error message.
///
/// | code | domain and number |
/// |---|---|
/// | `not-found` | resource, NOT_FOUND |
/// | `bad-data` | stream, WRONG_TYPE |
/// | `bad-setting` | library, SETTINGS |
/// | `unavailable` | resource, FAILED |
///
/// The message's details are a structure `inpaintd-error` with the fields `code`, `subject`, `detail` and, where there
/// is one, `underlying`: who reads the message knows the code exactly.
extension FrameError {
    /// Posts the error on the element's bus.
    func post(on element: UnsafeMutablePointer<GstElement>) {
        let details = gst_structure_new_empty("inpaintd-error")  // transfer full, taken by the message
        media_structure_set_string(details, "code", code.name)
        media_structure_set_string(details, "subject", subject)
        media_structure_set_string(details, "detail", detail)
        if let underlying { media_structure_set_string(details, "underlying", underlying) }
        let (domain, number) = gstreamerCode
        // The text is taken by the message.
        gst_element_message_full_with_details(
            element, GST_MESSAGE_ERROR, domain, number, g_strdup(description), nil, "", "", 0, details)
    }

    private var gstreamerCode: (GQuark, Int32) {
        switch code {
        case .notFound: (media_resource_error(), Int32(GST_RESOURCE_ERROR_NOT_FOUND.rawValue))
        case .badData: (media_stream_error(), Int32(GST_STREAM_ERROR_WRONG_TYPE.rawValue))
        case .badSetting: (media_library_error(), Int32(GST_LIBRARY_ERROR_SETTINGS.rawValue))
        default: (media_resource_error(), Int32(GST_RESOURCE_ERROR_FAILED.rawValue))
        }
    }
}
