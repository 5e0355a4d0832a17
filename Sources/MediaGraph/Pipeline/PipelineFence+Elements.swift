internal import CGStreamer

extension PipelineFence {
    /// Looks at all elements of a pipeline, or of a bin, that was built from text and does not play yet.
    ///
    /// Throws: `PipelineError` with the code `notAllowed` that names the element.
    func check(builtIn bin: ObjectHandle, at place: String) throws(PipelineError) {
        // A text of one element that is a pipeline itself, as playbin is, makes no other one round it.
        let isPlain = bin.isPlainBin
        for element in isPlain ? bin.elements : [bin] + bin.elements {
            let isWritten = isPlain ? element.isWritten(in: bin) : element.raw == bin.raw
            if let refusal = refusal(of: element, isWritten: isWritten, at: place) { throw refusal }
        }
    }

    /// Looks at every element that another one adds from now on. One that is not allowed opens nothing, and is the
    /// pipeline's error.
    func watch(_ pipeline: ObjectHandle, notices: PipelineNotices) {
        let callback:
            @convention(c) (
                UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer
            ) -> Void = { bin, _, element, data in
                Trampoline.object(data, as: Watch.self).added(
                    ObjectHandle(retaining: element), to: ObjectHandle(retaining: bin))
            }
        g_signal_connect_data(
            pipeline.raw, "deep-element-added", unsafeBitCast(callback, to: GCallback.self),
            Trampoline.retain(Watch(self, notices)), { data, _ in Trampoline.release(data) },
            GConnectFlags(rawValue: 0))
    }

    private final class Watch: Sendable {
        private let fence: PipelineFence
        private let notices: PipelineNotices

        init(_ fence: PipelineFence, _ notices: PipelineNotices) {
            self.fence = fence
            self.notices = notices
        }

        func added(_ element: ObjectHandle, to pipeline: ObjectHandle) {
            guard let refusal = fence.refusal(of: element, isWritten: false, at: pipeline.name) else { return }
            // Whoever added it will start it: it is left with nothing to open.
            gst_element_set_locked_state(element.element, 1)
            element.clearTexts()
            notices.post(.failure(refusal))
            gst_element_post_message(
                pipeline.element, gst_message_new_application(pipeline.pointer(), gst_structure_new_empty("notices")))
        }
    }

    /// Why an element may not be there; nil where it may.
    ///
    /// - Parameter isWritten: whether the text asks for it, and not another element.
    private func refusal(of element: ObjectHandle, isWritten: Bool, at place: String) -> PipelineError? {
        guard let factory = element.factoryName else { return nil }
        let isAllowed = isWritten ? allows(factory: factory) : allows(addedFactory: factory)
        guard isAllowed else { return Self.refusal(of: factory, at: "\(place): \(element.name)") }
        for specification in element.writableProperties {
            let name = String(cString: specification.pointee.name)
            if name == "name" || name == "faststart-file" && element.hasOwnFastStartFile { continue }
            let isDefault = element.isDefault(specification)
            if isDefault, !(isWritten && countsDefaults) { continue }
            for text in element.texts(of: specification) where !allows(text, for: name, of: factory) {
                return Self.refusal(ofFile: name, at: "\(place): \(element.name)")
            }
            // A value may describe a whole element, as playbin's sinks do.
            guard let inner = element.element(heldBy: specification) else { continue }
            for element in [inner] + (inner.isA(gst_bin_get_type()) ? inner.elements : []) {
                if let refusal = refusal(of: element, isWritten: true, at: place) { return refusal }
            }
        }
        return nil
    }
}

extension ObjectHandle {
    /// Whether the text asks for it: nothing but plain bins, which text makes too, are between it and the pipeline.
    fileprivate func isWritten(in top: ObjectHandle) -> Bool {
        var parent = ObjectHandle(adopting: gst_object_get_parent(pointer()))
        while let bin = parent, bin.raw != top.raw {
            guard bin.isPlainBin else { return false }
            parent = ObjectHandle(adopting: gst_object_get_parent(bin.pointer()))
        }
        return true
    }

    /// Whether text makes it of its brackets, or round all that it says.
    fileprivate var isPlainBin: Bool { factoryName.map { ["bin", "pipeline"].contains($0) } ?? true }

    /// The properties that can be read and set.
    fileprivate var writableProperties: [UnsafeMutablePointer<GParamSpec>] {
        var count: guint = 0
        guard let list = g_object_class_list_properties(objectClass, &count) else { return [] }
        defer { g_free(list) }
        let both = G_PARAM_READABLE.rawValue | G_PARAM_WRITABLE.rawValue
        return (0..<Int(count)).compactMap { list[$0] }.filter { $0.pointee.flags.rawValue & both == both }
    }

    private func withValue<Result>(
        of specification: UnsafeMutablePointer<GParamSpec>, _ body: (UnsafePointer<GValue>) -> Result
    ) -> Result {
        var value = GValue()
        g_value_init(&value, specification.pointee.value_type)
        defer { g_value_unset(&value) }
        g_object_get_property(object, specification.pointee.name, &value)
        return body(&value)
    }

    fileprivate func isDefault(_ specification: UnsafeMutablePointer<GParamSpec>) -> Bool {
        guard specification.pointee.value_type == .string else { return false }
        return withValue(of: specification) { g_param_value_defaults(specification, $0) != 0 }
    }

    /// What a property holds, where that is text: a string, or a structure that may hold some.
    fileprivate func texts(of specification: UnsafeMutablePointer<GParamSpec>) -> [String] {
        let type = specification.pointee.value_type
        guard type == .string || type == gst_structure_get_type() else { return [] }
        return withValue(of: specification) { value in
            let text =
                type == .string
                ? g_value_get_string(value).map { String(cString: $0) }
                : g_value_get_boxed(value).flatMap {
                    String(takingOver: gst_structure_to_string($0.assumingMemoryBound(to: GstStructure.self)))
                }
            return text.map { $0.isEmpty ? [] : [$0] } ?? []
        }
    }

    /// The element that is a property's value.
    fileprivate func element(heldBy specification: UnsafeMutablePointer<GParamSpec>) -> ObjectHandle? {
        guard g_type_is_a(specification.pointee.value_type, gst_element_get_type()) != 0 else { return nil }
        return withValue(of: specification) { g_value_get_object($0).map { ObjectHandle(retaining: $0) } }
    }

    /// A muxer names a file for its own use, in the folder for such files, and makes it only when told to.
    fileprivate var hasOwnFastStartFile: Bool {
        let folder = g_get_tmp_dir().map { String(cString: $0) } ?? "/tmp"
        return string(of: "faststart-file")?.hasPrefix("\(folder)/qtmux") == true
    }

    /// Empties every text that the element holds.
    fileprivate func clearTexts() {
        for specification in writableProperties where specification.pointee.value_type == .string {
            let name = String(cString: specification.pointee.name)
            if name != "name" { media_set_string_property(raw, name, nil) }
        }
    }
}
