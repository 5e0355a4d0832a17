internal import MediaGraph

/// Makes `inpaint` known to this process, so that pipeline text can name it.
///
/// Throws: `FrameError` where GStreamer cannot start or refuses the element.
public func registerInpaintElement() throws {
    try register(Inpaint.self)
}

/// Makes `inpaint` known to the program that loads a plugin; false where GStreamer refuses it.
///
/// `plugin` is the GstPlugin of the plugin's entry point.
public func registerInpaintElement(plugin: UnsafeMutableRawPointer) -> Bool {
    register(Inpaint.self, plugin: plugin)
}
