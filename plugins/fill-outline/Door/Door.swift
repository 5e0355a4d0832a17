internal import FillOutline
internal import PluginKit

private let table = PluginTable(FillOutline.self)

/// What a host looks for.
@_cdecl("inpaint_plugin")
public func inpaintPlugin() -> UnsafeRawPointer { UnsafeRawPointer(table.pointer) }
