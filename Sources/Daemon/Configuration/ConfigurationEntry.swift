internal import Yams

/// Where something stands: in the file, or in the environment, which comes after every line of the file.
struct ConfigurationPlace: Comparable {
    let text: String
    private let line: Int
    private let column: Int

    init(_ mark: Mark?, in file: String) {
        text = mark.map { "\(file):\($0)" } ?? file
        (line, column) = (mark?.line ?? 0, mark?.column ?? 0)
    }

    init(variable: String) {
        text = variable
        (line, column) = (.max, 0)
    }

    static func < (first: Self, second: Self) -> Bool {
        (first.line, first.column, first.text) < (second.line, second.column, second.text)
    }
}

/// A key's value before it is read.
struct ConfigurationEntry {
    enum Content {
        case node(Node)
        /// What an environment variable puts over the file.
        case variable(String)
    }

    let key: String
    let place: ConfigurationPlace
    let content: Content
}

/// A mapping whose keys are all known.
struct ConfigurationSection<Key: ConfigurationKey> {
    let place: ConfigurationPlace
    /// False for something else that stands in its place, which has been refused.
    let isMapping: Bool
    var entries: [Key: ConfigurationEntry] = [:]

    subscript(key: Key) -> ConfigurationEntry? { entries[key] }
}

/// A value that is one text, with the environment in it.
struct ConfigurationText {
    let value: String
    /// As it stands in the file, for reports: without what the environment gave.
    let shown: String
    let secrets: [String]
    let entry: ConfigurationEntry
}
