internal import CGStreamer

extension PipelineError {
    /// What lies behind an error of GStreamer's own, by what it is about and where in the pipeline it arose.
    ///
    /// - Parameter flow: what a streaming thread was answered, where that made it stop.
    static func cause(of error: GError, side: GraphSide?, flow: GstFlowReturn?) -> Cause {
        // Elements that do not go together, or are not linked for what comes.
        if flow == GST_FLOW_NOT_NEGOTIATED || flow == GST_FLOW_NOT_LINKED { return .pipeline }
        let number = UInt32(error.code)
        switch error.domain {
        case gst_core_error_quark():
            switch number {
            case GST_CORE_ERROR_MISSING_PLUGIN.rawValue, GST_CORE_ERROR_NEGOTIATION.rawValue,
                GST_CORE_ERROR_CAPS.rawValue, GST_CORE_ERROR_PAD.rawValue, GST_CORE_ERROR_DISABLED.rawValue:
                return .pipeline
            default:
                return .element
            }
        case gst_library_error_quark():
            return number == GST_LIBRARY_ERROR_SETTINGS.rawValue ? .pipeline : .element
        case gst_resource_error_quark():
            return resourceCause(number, side)
        case gst_stream_error_quark():
            return streamCause(number, side)
        case gst_parse_error_quark():
            return .pipeline
        default:
            return .element
        }
    }

    private static func resourceCause(_ number: UInt32, _ side: GraphSide?) -> Cause {
        switch side {
        // What a demuxer cannot read, its source does not give.
        case .source, .data: return .source
        case .output: return .output
        case nil: break
        }
        switch number {
        case GST_RESOURCE_ERROR_NO_SPACE_LEFT.rawValue, GST_RESOURCE_ERROR_OPEN_WRITE.rawValue,
            GST_RESOURCE_ERROR_WRITE.rawValue:
            return .output
        case GST_RESOURCE_ERROR_NOT_FOUND.rawValue, GST_RESOURCE_ERROR_OPEN_READ.rawValue,
            GST_RESOURCE_ERROR_READ.rawValue, GST_RESOURCE_ERROR_NOT_AUTHORIZED.rawValue:
            return .source
        case GST_RESOURCE_ERROR_SETTINGS.rawValue:
            return .pipeline
        default:
            return .element
        }
    }

    private static func streamCause(_ number: UInt32, _ side: GraphSide?) -> Cause {
        switch number {
        case GST_STREAM_ERROR_CODEC_NOT_FOUND.rawValue, GST_STREAM_ERROR_NOT_IMPLEMENTED.rawValue:
            return .pipeline
        case GST_STREAM_ERROR_ENCODE.rawValue:
            return .element
        case GST_STREAM_ERROR_FAILED.rawValue:
            // Whoever pushes says so, of what those after it answered.
            switch side {
            case .source: return .source
            case .data: return .data
            case .output: return .output
            case nil: return .element
            }
        default:
            return .data
        }
    }
}
