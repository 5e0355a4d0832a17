internal import Frames
internal import Yams

/// Takes the values out of a document and out of the environment that is over it, and notes all that is wrong.
final class ConfigurationReader {
    /// One key of a mapping and what stands there.
    struct Member {
        let name: String
        let key: Node
        let value: Node
    }

    let file: String
    /// What relative paths are relative to; empty leaves them as they are.
    let folder: String
    private let environment: [String: String]
    private var problems: [(place: ConfigurationPlace, detail: String)] = []
    /// The variables that there may be, and what each stands for.
    private var variables: [String: String] = [:]

    init(file: String, folder: String, environment: [String: String]) {
        self.file = file
        self.folder = folder
        self.environment = environment
    }

    func refuse(_ place: ConfigurationPlace, _ detail: String) {
        problems.append((place, detail))
    }

    func place(of node: Node) -> ConfigurationPlace {
        ConfigurationPlace(node.mark, in: file)
    }

    /// Throws: `ConfigurationError` with everything that was refused.
    func finish() throws(ConfigurationError) {
        refuseStrayVariables()
        guard !problems.isEmpty else { return }
        let ordered = problems.sorted { $0.place < $1.place }
        throw ConfigurationError(ordered.map { .init(place: $0.place.text, detail: $0.detail) })
    }

    // MARK: Mappings

    /// A mapping that takes the keys of `known`, with what the environment puts over it; nil is one that is not there.
    func section<Key: ConfigurationKey>(
        _ node: Node?, at path: [String] = [], taking known: [Key] = Array(Key.allCases)
    ) -> ConfigurationSection<Key> {
        let found: [Member]? = if let node { members(of: node, at: path) } else { [] }
        var section = ConfigurationSection<Key>(
            place: node.map(place(of:)) ?? ConfigurationPlace(nil, in: file), isMapping: found != nil)
        for member in found ?? [] {
            if let key = known.first(where: { $0.rawValue == member.name }) {
                section.entries[key] = ConfigurationEntry(
                    key: member.name, place: place(of: member.value), content: .node(member.value))
            } else {
                refuseUnknown(member.name, at: place(of: member.key), among: known.map(\.rawValue))
            }
        }
        for key in known where !key.holdsMapping {
            if let entry = override(of: key.rawValue, at: path) { section.entries[key] = entry }
        }
        return section
    }

    /// The members of a mapping whose keys are names of the user's; nil, with a report, for what is none.
    func members(of node: Node, at path: [String]) -> [Member]? {
        guard case .mapping(let mapping) = node, ["", Tag.Name.map.rawValue].contains(mapping.tag.rawValue) else {
            refuse(
                place(of: node), "\(path.last ?? "the file") is \(node.kind), expected a mapping; an empty one is {}")
            return nil
        }
        return mapping.compactMap { key, value in
            if case .scalar(let scalar) = key { return Member(name: scalar.string, key: key, value: value) }
            refuse(place(of: key), "a key is \(key.kind), expected a name")
            return nil
        }
    }

    private func refuseUnknown(_ name: String, at place: ConfigurationPlace, among known: [String]) {
        if name == "<<" {
            refuse(place, "the key << is not read, expected what streams share under defaults")
        } else if let near = nearest(to: name, among: known) {
            refuse(place, "unknown key \(name.quoted): did you mean \(near)?")
        } else {
            refuse(place, "unknown key \(name.quoted), expected one of \(known.joined(separator: ", "))")
        }
    }

    // MARK: The environment

    /// What a variable puts over a key: its name is the key's path in capitals, with `_` for `-` and `.`.
    func override(of key: String, at path: [String]) -> ConfigurationEntry? {
        let dotted = (path + [key]).joined(separator: ".")
        let variable = Self.variable(for: path + [key])
        let place = ConfigurationPlace(variable: variable)
        if let other = variables.updateValue(dotted, forKey: variable), environment[variable] != nil {
            refuse(place, "it stands for both \(other) and \(dotted), expected names that differ in more")
        }
        return environment[variable].map {
            ConfigurationEntry(key: key, place: place, content: .variable($0))
        }
    }

    private static func variable(for path: [String]) -> String {
        let name = path.joined(separator: "_").uppercased()
        return "INPAINTD_" + String(name.map { "-.".contains($0) ? "_" : $0 })
    }

    /// Variables that begin like the configuration's and name nothing of it: another spelling would have counted.
    private func refuseStrayVariables() {
        for prefix in ["INPAINTD_CONTROL_", "INPAINTD_RTSP_", "INPAINTD_DEFAULTS_", "INPAINTD_STREAMS_"] {
            let known = variables.keys.filter { $0.hasPrefix(prefix) }.sorted().map { $0.dropFirst(prefix.count) }
            for name in environment.keys where name.hasPrefix(prefix) && variables[name] == nil {
                let near = nearest(to: String(name.dropFirst(prefix.count)), among: known.map(String.init))
                let hint =
                    near.map { ": did you mean \(prefix)\($0)?" }
                    ?? ", expected the path of a key that the file may hold or a knob that it holds, such as "
                    + "INPAINTD_CONTROL_SOCKET"
                refuse(ConfigurationPlace(variable: name), "it names nothing in \(file)\(hint)")
            }
        }
    }

    // MARK: Text

    /// The text of an entry; nil, with a report, where it is none.
    func text(
        _ entry: ConfigurationEntry, expands: Bool = true, expecting expected: String = "text"
    ) -> ConfigurationText? {
        switch entry.content {
        case .variable(let value):
            return ConfigurationText(value: value, shown: "its value", secrets: [value], entry: entry)
        case .node(let node):
            guard let string = node.text else {
                refuse(entry.place, "\(entry.key) is \(node.kind), expected \(expected)")
                return nil
            }
            guard !string.utf8.contains(0) else {
                refuse(entry.place, "\(entry.key) holds a NUL character, expected \(expected)")
                return nil
            }
            let shown = SecretFilter(hiding: [])(string).quoted
            guard expands else { return ConfigurationText(value: string, shown: shown, secrets: [], entry: entry) }
            do {
                let expanded = try EnvironmentText(expanding: string, from: environment)
                return ConfigurationText(
                    value: expanded.value, shown: shown, secrets: expanded.secrets, entry: entry)
            } catch {
                refuse(entry.place, "\(entry.key): \(error.detail)")
                return nil
            }
        }
    }
}

extension Node {
    /// The text of a scalar that is something, and claims no other type.
    var text: String? {
        guard case .scalar(let scalar) = self, !isNothing,
            ["", Tag.Name.str.rawValue].contains(scalar.tag.rawValue)
        else { return nil }
        return scalar.string
    }

    private var isNothing: Bool {
        guard case .scalar(let scalar) = self, scalar.style == .plain, scalar.tag.rawValue.isEmpty else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    /// What it is, in words.
    var kind: String {
        switch self {
        case .mapping(let mapping): mapping.tag.rawValue.isEmpty ? "a mapping" : "a mapping with a tag"
        case .sequence: "a list"
        case .alias: "an alias"
        case .scalar(let scalar):
            isNothing ? "nothing" : scalar.tag.rawValue.isEmpty || text != nil ? "text" : "text with a tag"
        }
    }
}

extension String {
    /// In quotes, in one line and not long.
    var quoted: String {
        let line = unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : String($0) }.joined()
        return line.count > 60 ? "\"\(line.prefix(60))…\"" : "\"\(line)\""
    }
}
