internal import CGStreamer
internal import Frames

/// Makes an element known to this process, so that pipeline text can name it.
///
/// Throws: `FrameError` where GStreamer cannot start or refuses the element.
public func register<Element: StageElement>(_ element: Element.Type) throws {
    try register(element, limits: StageLimits())
}

/// As `register`, with limits of one's own.
package func register<Element: StageElement>(_ element: Element.Type, limits: StageLimits) throws {
    try GStreamer.initialize()
    try register(ElementClass(element, limits: limits), plugin: nil)
}

/// Makes an element known to the program that loads a plugin; false where GStreamer refuses it.
///
/// `plugin` is the GstPlugin of the plugin's entry point.
public func register<Element: StageElement>(_ element: Element.Type, plugin: UnsafeMutableRawPointer) -> Bool {
    do {
        try register(
            ElementClass(element, limits: StageLimits()), plugin: OpaquePointer(plugin))
        return true
    } catch {
        return false
    }
}

private func register(_ elementClass: ElementClass, plugin: OpaquePointer?) throws {
    let type = try elementClass.registerType()
    let name = elementClass.description.factoryName
    guard gst_element_register(plugin, name, guint(GST_RANK_NONE.rawValue), type) != 0 else {
        throw FrameError(.unavailable, subject: name, detail: "GStreamer does not take the element")
    }
}
