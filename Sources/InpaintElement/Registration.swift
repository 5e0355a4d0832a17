internal import MediaGraph

/// Makes `inpaint` known to this process, so that pipeline text can name it.
///
/// Throws: `FrameError` where GStreamer cannot start or refuses the element.
public func registerInpaintElement() throws {
    try register(Inpaint.self)
}

/// Makes `inpaint` and `rtspserversink` known to the program that loads a plugin; false where GStreamer refuses one.
///
/// `plugin` is the GstPlugin of the plugin's entry point.
public func registerElements(plugin: UnsafeMutableRawPointer) -> Bool {
    register(Inpaint.self, plugin: plugin) && registerRTSPServerSink(plugin: plugin)
}
