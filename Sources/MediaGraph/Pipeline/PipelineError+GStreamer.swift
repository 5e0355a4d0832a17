internal import CGStreamer
internal import Frames

extension PipelineError {
    /// What gst_parse refused, in its own words.
    init(parsing error: GError, in place: String, missing: [String]) {
        let message = String(cString: error.message)
        guard UInt32(error.code) == GST_PARSE_ERROR_NO_SUCH_ELEMENT.rawValue,
            let element = missing.first(where: { message.contains("\"\($0)\"") })
        else {
            self.init(.badText, subject: place, detail: message)
            return
        }
        if let package = ElementPackages.package(of: element) {
            self.init(
                .unavailable, subject: place, detail: message, underlying: "install the Debian package \(package)")
            return
        }
        let hint = nearest(to: element, among: Self.factoryNames()).map { "did you mean \($0)?" }
        self.init(.badText, subject: place, detail: message, underlying: hint)
    }

    /// The names of every element this GStreamer knows.
    private static func factoryNames() -> [String] {
        guard let list = gst_registry_get_feature_list(gst_registry_get(), gst_element_factory_get_type()) else {
            return []
        }
        defer { gst_plugin_feature_list_free(list) }
        var names: [String] = []
        var node: UnsafeMutablePointer<GList>? = list
        while let current = node {
            if let feature = current.pointee.data,
                let name = String(takingOver: gst_object_get_name(feature.assumingMemoryBound(to: GstObject.self)))
            {
                names.append(name)
            }
            node = current.pointee.next
        }
        return names
    }

    /// An error or warning an element posted.
    init(_ error: GError, debug: String?, details: Details, source: ObjectHandle?, missingPlugin: String?) {
        let side = source.flatMap(GraphSide.init(of:))
        let message = String(cString: error.message)
        let words = (debug ?? "").split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        // GStreamer's debug text is one line about its source file, then what the element has to add.
        let added = words.count > 1 ? words[1].inOneShortLine : nil
        let ownCode = details.code.flatMap(Self.code(named:))
        let code = ownCode ?? Self.code(of: error, isSink: side == .output)
        let missing = missingPlugin.map { "missing: \($0)" }
        let parts = [added, code == .unavailable ? missing : nil].compactMap { $0 }.filter { !$0.isEmpty }
        self.init(
            code, subject: source?.name ?? "pipeline", detail: message.withoutFinalPeriod,
            underlying: parts.isEmpty ? nil : parts.joined(separator: "; ").withoutFinalPeriod, origin: words.first,
            cause: ownCode.map(Self.cause(ofOwn:))
                ?? Self.cause(of: error, side: side, flow: details.flow))
    }

    /// What an element put into its error's details.
    struct Details {
        /// The code of a stage of ours.
        var code: String?
        /// What a streaming thread was answered, where that made it stop.
        var flow: GstFlowReturn?
    }

    /// The code a stage of ours put into the error's details.
    private static func code(named name: String) -> Code? {
        [Code.notFound, .badData, .badSetting, .unavailable, .cannotCreate, .inputOutput]
            .first { $0.name == name }
    }

    /// What lies behind a code of a stage. It reads no stream itself: what it does not find was set on it.
    private static func cause(ofOwn code: Code) -> Cause {
        switch code {
        case .badData: .data
        // What the system did not give may be there the next time.
        case .unavailable: .element
        default: .pipeline
        }
    }

    /// The kind of failure behind one of GStreamer's own errors.
    private static func code(of error: GError, isSink: Bool) -> Code {
        switch error.domain {
        case gst_core_error_quark():
            switch UInt32(error.code) {
            case GST_CORE_ERROR_MISSING_PLUGIN.rawValue, GST_CORE_ERROR_STATE_CHANGE.rawValue,
                GST_CORE_ERROR_CLOCK.rawValue, GST_CORE_ERROR_DISABLED.rawValue:
                return .unavailable
            default:
                return .badText
            }
        case gst_library_error_quark():
            return UInt32(error.code) == GST_LIBRARY_ERROR_SETTINGS.rawValue ? .badSetting : .unavailable
        case gst_resource_error_quark():
            return resourceCode(UInt32(error.code), isSink: isSink)
        case gst_stream_error_quark():
            switch UInt32(error.code) {
            case GST_STREAM_ERROR_CODEC_NOT_FOUND.rawValue, GST_STREAM_ERROR_NOT_IMPLEMENTED.rawValue:
                return .unavailable
            default:
                return .badData
            }
        case gst_parse_error_quark():
            return .badText
        default:
            return .unavailable
        }
    }

    private static func resourceCode(_ code: UInt32, isSink: Bool) -> Code {
        switch code {
        case GST_RESOURCE_ERROR_NOT_FOUND.rawValue:
            isSink ? .cannotCreate : .notFound
        case GST_RESOURCE_ERROR_OPEN_READ.rawValue:
            .notFound
        case GST_RESOURCE_ERROR_OPEN_WRITE.rawValue:
            .cannotCreate
        case GST_RESOURCE_ERROR_OPEN_READ_WRITE.rawValue, GST_RESOURCE_ERROR_NOT_AUTHORIZED.rawValue:
            isSink ? .cannotCreate : .notFound
        case GST_RESOURCE_ERROR_READ.rawValue, GST_RESOURCE_ERROR_WRITE.rawValue, GST_RESOURCE_ERROR_SEEK.rawValue,
            GST_RESOURCE_ERROR_SYNC.rawValue, GST_RESOURCE_ERROR_CLOSE.rawValue,
            GST_RESOURCE_ERROR_NO_SPACE_LEFT.rawValue:
            .inputOutput
        case GST_RESOURCE_ERROR_SETTINGS.rawValue:
            .badSetting
        default:
            .unavailable
        }
    }
}

extension String {
    /// The first line, and those after it as long as all is short: some elements quote whole caps.
    fileprivate var inOneShortLine: String {
        let limit = 200
        return split(separator: "\n").reduce(into: "") { line, next in
            if line.isEmpty || line.count + next.count < limit { line += line.isEmpty ? next : " \(next)" }
        }
    }

    fileprivate var withoutFinalPeriod: String {
        hasSuffix(".") && !hasSuffix("..") ? String(dropLast()) : self
    }
}
