internal import FillPixelate
internal import PluginKit

private let table = PluginTable(FillPixelate.self)

/// What a host looks for.
@_cdecl("inpaint_plugin")
public func inpaintPlugin() -> UnsafeRawPointer { UnsafeRawPointer(table.pointer) }
