internal import CGStreamer

/// On which end of a pipeline an element works.
enum GraphSide {
    /// It brings the stream, or takes apart what came.
    case source
    case data
    /// It makes files or packets, or sends them away.
    case output

    /// The side of an element; nil for one that may stand anywhere.
    ///
    /// What a source or a sink is made of belongs to that side, whatever it does in there: the RTCP sinks in an RTSP
    /// source are not the pipeline's outputs.
    init?(of element: ObjectHandle) {
        guard element.isA(gst_element_get_type()) else { return nil }
        var side = Self(roles: element.roles)
        var current = element
        while let parent = current.parentElement {
            switch Self(roles: parent.roles) {
            case .source: side = .source
            case .output: side = .output
            case .data where side != .source: side = .data
            case .data, nil: break
            }
            current = parent
        }
        guard let side else { return nil }
        self = side
    }

    private init?(roles: Set<Substring>) {
        // `Sink/Network/Rtsp`, `Source/Network`, `Codec/Demuxer`, `Codec/Decoder/Video`, `Generic/Bin/Decoder`.
        if !roles.isDisjoint(with: ["Sink", "Muxer", "Payloader"]) {
            self = .output
        } else if roles.contains("Source") {
            self = .source
        } else if !roles.isDisjoint(with: ["Demuxer", "Decoder", "Parser", "Depayloader"]) {
            self = .data
        } else {
            return nil
        }
    }
}

extension ObjectHandle {
    /// The element that it is in; nil for the pipeline's own.
    fileprivate var parentElement: ObjectHandle? {
        guard let parent = ObjectHandle(adopting: gst_object_get_parent(pointer())),
            parent.isA(gst_element_get_type()), !parent.isA(gst_pipeline_get_type())
        else { return nil }
        return parent
    }

    /// What its factory says that it does; nothing for what no factory made.
    var roles: Set<Substring> {
        guard let factory = gst_element_get_factory(element),
            let text = gst_element_factory_get_metadata(factory, GST_ELEMENT_METADATA_KLASS)
        else { return [] }
        return Set(String(cString: text).split(separator: "/"))
    }
}
