internal import MaskText
internal import PluginKit

private let table = PluginTable(MaskText.self)

/// What a host looks for.
@_cdecl("inpaint_plugin")
public func inpaintPlugin() -> UnsafeRawPointer { UnsafeRawPointer(table.pointer) }
