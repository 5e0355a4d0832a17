internal import ArgumentParser
internal import FoundationEssentials
internal import PluginHost

/// `inpaintd plugins`: which plugins there are, and what can be set on one.
struct PluginsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins",
        abstract: "List the plugins, or show one and what can be set on it.",
        discussion: """
            The list reads the names of files, and loads nothing; NAME loads that one. Plugins are looked for in \
            --plugin-path, in the folders of INPAINTD_PLUGIN_PATH, and where inpaintd was built or installed.
            """)

    @Argument(help: "The plugin to show.") var name: String?
    @Flag(help: "Write JSON.") var json = false
    @OptionGroup var options: PluginOptions

    func run() throws {
        options.apply()
        let library = PluginLibrary.standard()
        guard let name else {
            let names = library.names
            return try write(names, text: names.joined(separator: "\n"))
        }
        try Talk.errors.reportingErrors {
            let plugin = try library.plugin(named: name)
            try write(PluginDocument(plugin), text: Self.text(plugin))
        }
    }

    private func write(_ value: some Encodable, text: String) throws {
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            print(String(decoding: try encoder.encode(value), as: UTF8.self))
        } else if !text.isEmpty {
            print(text)
        }
    }

    private static func text(_ plugin: Plugin) -> String {
        var lines = [
            "\(plugin.name) \(plugin.version), a \(plugin.kind): \(plugin.summary)", "  file  \(plugin.path)",
        ]
        let example = plugin.settings.prefix(1).map { "?\($0.name)=\($0.initial)" }.joined()
        switch plugin.kind {
        case .maskSource: lines.append("  use   inpaint mask=plugin:\(plugin.name)\(example)")
        case .filler: lines.append("  use   inpaint filler=\(plugin.name)\(example)")
        }
        for setting in plugin.settings {
            lines.append("  \(setting.name)  \(setting.summary)")
            lines.append(
                "      \(setting.expectation); \(setting.initial.isEmpty ? "empty" : setting.initial) by default")
        }
        return lines.joined(separator: "\n")
    }
}

/// A plugin, as JSON shows it.
private struct PluginDocument: Encodable {
    struct Setting: Encodable {
        let name: String
        let summary: String
        let expected: String
        let unit: String?
        let initial: String
    }

    let name: String
    let kind: String
    let version: String
    let summary: String
    let path: String
    let settings: [Setting]

    init(_ plugin: Plugin) {
        name = plugin.name
        kind = plugin.kind == .maskSource ? "mask-source" : "filler"
        version = plugin.version
        summary = plugin.summary
        path = plugin.path
        settings = plugin.settings.map {
            Setting(name: $0.name, summary: $0.summary, expected: $0.expectation, unit: $0.unit, initial: $0.initial)
        }
    }
}
