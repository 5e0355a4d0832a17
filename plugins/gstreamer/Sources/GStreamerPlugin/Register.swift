internal import InpaintElement

/// What GStreamer calls when it loads `libgstinpaint.so`; the C side declares it.
@_cdecl("inpaintd_register_elements")
func registerElements(plugin: UnsafeMutableRawPointer) -> Int32 {
    InpaintElement.registerElements(plugin: plugin) ? 1 : 0
}
