internal import ArgumentParser
internal import Glibc

/// Where plugins come from, and whether any do. Workers of the daemon find it in their environment.
struct PluginOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Look for plugins in this folder first; may be given several times.", valueName: "folder"),
        completion: .directory)
    var pluginPath: [String] = []

    @Flag(help: "Load no plugin: whatever names one is refused.")
    var safeMode = false

    func validate() throws {
        if let wrong = pluginPath.first(where: { $0.contains(":") || $0.isEmpty }) {
            throw ValidationError("--plugin-path \"\(wrong)\": expected a folder without a colon in its name")
        }
    }

    /// Makes it hold for this process and its children.
    func apply() {
        if !pluginPath.isEmpty {
            let before = getenv("INPAINTD_PLUGIN_PATH").map { [String(cString: $0)] } ?? []
            setenv("INPAINTD_PLUGIN_PATH", (pluginPath + before).joined(separator: ":"), 1)
        }
        if safeMode { setenv("INPAINTD_SAFE_MODE", "1", 1) }
    }
}
