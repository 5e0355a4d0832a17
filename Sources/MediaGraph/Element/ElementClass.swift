internal import CGStreamer
internal import Frames

/// What every instance of one element's GObject class shares, and how the class comes to be.
///
/// The Swift side of an instance is a `StageBin`.
final class ElementClass: Sendable {
    let description: ElementDescription
    let properties: [ElementProperty]
    private let makeElement: @Sendable () -> any StageElement
    private let limits: StageLimits

    init<Element: StageElement>(_ element: Element.Type, limits: StageLimits) {
        description = Element.description
        properties = Element.properties
        makeElement = { Element() }
        self.limits = limits
    }

    /// The element's GType, registered on the first call. The type lives as long as the process, and this with it.
    ///
    /// Throws: `FrameError` where GObject refuses the name.
    func registerType() throws -> GType {
        let known = g_type_from_name(description.typeName)
        if known != 0 { return known }
        var info = BinClass.info
        info.class_init = { elementClass, data in
            guard let elementClass, let data else { return }
            Trampoline.object(data, as: ElementClass.self).initialize(elementClass)
        }
        info.instance_init = { instance, elementClass in
            guard let instance, let elementClass, let box = ElementClass.of(elementClass) else { return }
            box.initialize(instance: UnsafeMutableRawPointer(instance))
        }
        let box = Trampoline.retain(self)  // kept for the life of the process
        info.class_data = UnsafeRawPointer(box)
        let type = g_type_register_static(gst_bin_get_type(), description.typeName, &info, GTypeFlags(rawValue: 0))
        guard type != 0 else {
            throw FrameError(
                .unavailable, subject: description.factoryName,
                detail: "GObject does not take the type \(description.typeName)")
        }
        g_type_set_qdata(type, Self.quark, box)
        return type
    }

    // MARK: Instances

    private static let quark = g_quark_from_static_string("inpaintd-element-class")

    private static func of(_ elementClass: UnsafeMutableRawPointer) -> ElementClass? {
        let type = elementClass.assumingMemoryBound(to: GTypeClass.self).pointee.g_type
        return g_type_get_qdata(type, quark).map { Trampoline.object($0) }
    }

    /// The inside of an instance; nil before it is built and once it is gone.
    static func stage(of instance: UnsafeMutableRawPointer) -> StageBin? {
        BinClass.inside(of: instance)
    }

    /// The Swift side of an element of ours; nil for any other object.
    static func element(of object: ObjectHandle) -> (any StageElement)? {
        guard g_type_get_qdata(media_type_of_instance(object.raw), quark) != nil else { return nil }
        return stage(of: object.raw)?.element
    }

    private func initialize(instance: UnsafeMutableRawPointer) {
        let stage = StageBin(
            bin: instance.assumingMemoryBound(to: GstElement.self), element: makeElement(), limits: limits)
        BinClass.set(stage, of: instance)
    }

    // MARK: The class

    private func initialize(_ pointer: UnsafeMutableRawPointer) {
        BinClass.install(properties, owner: description.typeName, on: pointer)

        let element = pointer.assumingMemoryBound(to: GstElementClass.self)
        gst_element_class_set_metadata(
            element, description.longName, description.classification, description.blurb, description.author)
        StagePads.addTemplates(to: element)
        element.pointee.change_state = { element, transition in
            guard let element, let stage = ElementClass.stage(of: UnsafeMutableRawPointer(element)),
                let parent = BinClass.parentClass(GstElementClass.self)
            else { return GST_STATE_CHANGE_FAILURE }
            guard stage.prepare(transition) else { return GST_STATE_CHANGE_FAILURE }
            let result = parent.pointee.change_state(element, transition)
            if result == GST_STATE_CHANGE_FAILURE { stage.undo(transition) } else { stage.settle(transition) }
            return result
        }
        element.pointee.request_new_pad = { element, _, _, _ in
            guard let element else { return nil }
            return ElementClass.stage(of: UnsafeMutableRawPointer(element))?.requestMaskPad()
        }
        element.pointee.release_pad = { element, pad in
            guard let element, let pad else { return }
            ElementClass.stage(of: UnsafeMutableRawPointer(element))?.releaseMaskPad(pad)
        }
        // A bin sends events to its sources or sinks, and asks its sinks. This one is a filter: what is sent to it
        // goes through its pads, as it does for any element.
        if let plain = g_type_class_peek(gst_element_get_type())?.assumingMemoryBound(to: GstElementClass.self) {
            element.pointee.send_event = plain.pointee.send_event
            element.pointee.query = plain.pointee.query
        }

        let bin = pointer.assumingMemoryBound(to: GstBinClass.self)
        bin.pointee.handle_message = { bin, message in
            guard let bin, let message else { return }
            guard StageBin.isForwarded(message) else {
                gst_message_unref(message)
                return
            }
            BinClass.parentClass(GstBinClass.self)?.pointee.handle_message(bin, message)
        }
    }
}
