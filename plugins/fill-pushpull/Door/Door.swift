internal import FillPushPull
internal import PluginKit

private let table = PluginTable(FillPushPull.self)

/// What a host looks for.
@_cdecl("inpaint_plugin")
public func inpaintPlugin() -> UnsafeRawPointer { UnsafeRawPointer(table.pointer) }
