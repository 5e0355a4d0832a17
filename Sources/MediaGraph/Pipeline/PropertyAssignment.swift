internal import CGStreamer
internal import Frames

extension PipelinePlan.Property {
    /// Sets the property on an element of `bin`.
    ///
    /// A string is set exactly as it is; every other type is read from text as gst_parse reads it. `child::property`
    /// reaches into elements with children.
    ///
    /// Throws: `PipelineError` naming place, element, property, value, and what the property takes.
    func apply(in bin: ObjectHandle) throws(PipelineError) {
        guard let element = bin.element(named: self.element) else {
            throw PipelineError(.badText, subject: place, detail: "there is no element named \(self.element)")
        }
        let (target, specification) = try find(on: element)
        try set(specification, of: target)
    }

    /// Sets the property on an element that plays.
    ///
    /// Throws: `PipelineError` as `apply`, for a property that cannot be changed in the element's state, and for a value
    /// that the element would not take; the value before it stays.
    func change(in bin: ObjectHandle) throws(PipelineError) {
        guard let element = bin.element(named: self.element) else {
            let names = bin.elements.map(\.name)
            let hint = nearest(to: self.element, among: names).map { ": did you mean \($0)?" } ?? ""
            throw PipelineError(.badText, subject: place, detail: "there is no element named \(self.element)\(hint)")
        }
        let (target, specification) = try find(on: element)
        guard specification.pointee.isMutable(in: media_state(element.element)) else {
            throw refusal("it cannot be changed while the pipeline plays")
        }
        do {
            try ElementClass.element(of: target)?.check(.string(value), for: name)
        } catch {
            throw refusal("\(error)")
        }
        try set(specification, of: target)
    }

    private func set(
        _ specification: UnsafeMutablePointer<GParamSpec>, of target: ObjectHandle
    ) throws(PipelineError) {
        let pspec = specification.pointee
        guard pspec.flags.rawValue & G_PARAM_WRITABLE.rawValue != 0 else {
            throw refusal("it is read-only")
        }
        if g_type_is_a(pspec.value_type, gst_element_get_type()) != 0 {
            throw refusal("it takes an element, which a knob cannot give")
        }

        var content = GValue()
        g_value_init(&content, pspec.value_type)
        defer { g_value_unset(&content) }
        if pspec.value_type == .string {
            g_value_set_string(&content, value)
        } else if value.isEmpty || gst_value_deserialize_with_pspec(&content, value, specification) == 0
            || g_param_value_validate(specification, &content) != 0
        {
            throw refusal("it takes \(accepted(by: specification))")
        }
        g_object_set_property(target.object, pspec.name, &content)
    }

    private func find(
        on element: ObjectHandle
    ) throws(PipelineError) -> (ObjectHandle, UnsafeMutablePointer<GParamSpec>) {
        if let pspec = g_object_class_find_property(element.objectClass, name) { return (element, pspec) }
        if name.contains("::"), element.isA(gst_child_proxy_get_type()) {
            var child: UnsafeMutablePointer<GObject>?
            var pspec: UnsafeMutablePointer<GParamSpec>?
            if gst_child_proxy_lookup(OpaquePointer(element.raw), name, &child, &pspec) != 0, let child, let pspec {
                return (ObjectHandle(adopting: UnsafeMutableRawPointer(child)), pspec)
            }
        }
        let hint = nearest(to: name, among: propertyNames(of: element)).map { ": did you mean \($0)?" } ?? ""
        throw PipelineError(
            .badText, subject: place,
            detail: "\(element.factoryName ?? self.element) has no property \(name)\(hint)")
    }

    private func propertyNames(of element: ObjectHandle) -> [String] {
        var count: guint = 0
        guard let list = g_object_class_list_properties(element.objectClass, &count) else { return [] }
        defer { g_free(list) }
        return (0..<Int(count)).compactMap { list[$0].map { String(cString: $0.pointee.name) } }
    }

    private func refusal(_ reason: String) -> PipelineError {
        PipelineError(.badText, subject: place, detail: "\(element): \(name) cannot be \"\(value)\": \(reason)")
    }
}

extension GParamSpec {
    /// Whether a property takes a new value in a state. One that says nothing about it is not trusted to.
    fileprivate func isMutable(in state: GstState) -> Bool {
        let has = { UInt32(bitPattern: flags.rawValue) & $0 != 0 }
        return switch state {
        case GST_STATE_NULL: true
        case GST_STATE_READY:
            has(media_param_mutable_ready() | media_param_mutable_paused() | media_param_mutable_playing())
        case GST_STATE_PAUSED: has(media_param_mutable_paused() | media_param_mutable_playing())
        default: has(media_param_mutable_playing())
        }
    }
}

/// What values a property takes, in words.
private func accepted(by specification: UnsafeMutablePointer<GParamSpec>) -> String {
    let type = specification.pointee.value_type
    let raw = UnsafeMutableRawPointer(specification)
    switch g_type_fundamental(type) {
    case g_type_from_name("gboolean"):
        return "true or false"
    case g_type_from_name("gint"):
        let range = raw.assumingMemoryBound(to: GParamSpecInt.self).pointee
        return "a whole number from \(range.minimum) to \(range.maximum)"
    case g_type_from_name("guint"):
        let range = raw.assumingMemoryBound(to: GParamSpecUInt.self).pointee
        return "a whole number from \(range.minimum) to \(range.maximum)"
    case g_type_from_name("gint64"):
        let range = raw.assumingMemoryBound(to: GParamSpecInt64.self).pointee
        return "a whole number from \(range.minimum) to \(range.maximum)"
    case g_type_from_name("guint64"):
        let range = raw.assumingMemoryBound(to: GParamSpecUInt64.self).pointee
        return "a whole number from \(range.minimum) to \(range.maximum)"
    case g_type_from_name("gdouble"):
        let range = raw.assumingMemoryBound(to: GParamSpecDouble.self).pointee
        return "a number from \(range.minimum) to \(range.maximum)"
    case g_type_from_name("GEnum"):
        guard let reference = g_type_class_ref(type) else { return "one of its choices" }
        defer { g_type_class_unref(reference) }
        let choices = reference.assumingMemoryBound(to: GEnumClass.self).pointee
        return "one of "
            + (0..<Int(choices.n_values)).map { String(cString: choices.values[$0].value_nick) }
            .joined(separator: ", ")
    default:
        return "a \(String(cString: g_type_name(type)))"
    }
}
