internal import CGStreamer

/// gst_parse, with every error fatal.
enum PipelineParse {
    /// Makes the pipeline a text describes.
    ///
    /// Throws: `PipelineError` with gst_parse's own words.
    static func pipeline(_ part: PipelinePlan.Part, in place: String) throws(PipelineError) -> ObjectHandle {
        let element = try parse(in: place) { context, error in
            gst_parse_launch_full(part.text, context, GST_PARSE_FLAG_FATAL_ERRORS, &error)
                .map { UnsafeMutableRawPointer($0) }
        }
        if element.isA(gst_pipeline_get_type()) { return element }
        // A text of one element comes back as just that.
        guard let pipeline = gst_pipeline_new(nil) else {
            throw PipelineError(.unavailable, subject: place, detail: "no pipeline could be made")
        }
        let handle = ObjectHandle(retaining: pipeline)
        gst_bin_add(handle.bin, element.element)
        return handle
    }

    /// Makes a bin of a chain, without pads of its own.
    ///
    /// Throws: `PipelineError` with gst_parse's own words.
    static func bin(_ part: PipelinePlan.Part, in place: String) throws(PipelineError) -> ObjectHandle {
        try parse(in: place) { context, error in
            gst_parse_bin_from_description_full(part.text, 0, context, GST_PARSE_FLAG_FATAL_ERRORS, &error)
                .map { UnsafeMutableRawPointer($0) }
        }
    }

    private static func parse(
        in place: String,
        _ body: (OpaquePointer?, inout UnsafeMutablePointer<GError>?) -> UnsafeMutableRawPointer?
    ) throws(PipelineError) -> ObjectHandle {
        let context = gst_parse_context_new()
        defer { gst_parse_context_free(context) }
        var error: UnsafeMutablePointer<GError>?
        let (element, refused) = RefusedValues.noted {
            body(context, &error).map { ObjectHandle(retaining: $0) }  // floating
        }
        defer { g_clear_error(&error) }
        if let error {
            throw PipelineError(parsing: error.pointee, in: place, missing: missingElements(in: context))
        }
        if let refused { throw PipelineError(.badText, subject: place, detail: refused) }
        guard let element else {
            throw PipelineError(.badText, subject: place, detail: "the text describes no pipeline")
        }
        return element
    }

    private static func missingElements(in context: OpaquePointer?) -> [String] {
        guard let names = gst_parse_context_get_missing_elements(context) else { return [] }
        defer { g_strfreev(names) }
        var found: [String] = []
        var index = 0
        while let name = names[index] {
            found.append(String(cString: name))
            index += 1
        }
        return found
    }
}
