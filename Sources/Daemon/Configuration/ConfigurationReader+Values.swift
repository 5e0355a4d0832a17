internal import Yams

extension ConfigurationReader {
    /// A span of time with its unit.
    func duration(_ entry: ConfigurationEntry?) -> Duration? {
        let expected = "a whole number with its unit (ms, s, min or h), such as 500ms, 5s or 2min"
        guard let entry, let text = text(entry, expecting: expected) else { return nil }
        let digits = text.value.prefix { ("0"..."9").contains($0) }
        let unit: Duration? =
            switch text.value.dropFirst(digits.count) {
            case "ms": .milliseconds(1)
            case "s": .seconds(1)
            case "min": .seconds(60)
            case "h": .seconds(3600)
            default: nil
            }
        guard let unit, !digits.isEmpty else {
            let seen = !digits.isEmpty && digits.count == text.value.count ? "\(text.shown) without a unit" : text.shown
            refuse(entry.place, "\(entry.key) is \(seen), expected \(expected)")
            return nil
        }
        // More digits than this are out of range with every unit.
        guard digits.count <= 9, let number = Int(digits),
            (.milliseconds(10) ... .seconds(24 * 3600)).contains(unit * number)
        else {
            refuse(entry.place, "\(entry.key) is \(text.shown), expected 10ms to 24h")
            return nil
        }
        return unit * number
    }

    /// A list of so many spans of time; in a variable they stand between commas.
    func durations(_ entry: ConfigurationEntry?, count: Int) -> [Duration]? {
        guard let entry else { return nil }
        let expected = "a list of \(count) spans of time, such as [1s, 5s, 1min]"
        let key = "an entry of \(entry.key)"
        let items: [ConfigurationEntry]
        switch entry.content {
        case .variable(let value):
            items = value.split(separator: ",", omittingEmptySubsequences: false).map {
                ConfigurationEntry(key: key, place: entry.place, content: .variable(String($0)))
            }
        case .node(.sequence(let nodes)):
            items = nodes.map { ConfigurationEntry(key: key, place: place(of: $0), content: .node($0)) }
        case .node(let node):
            refuse(entry.place, "\(entry.key) is \(node.kind), expected \(expected)")
            return nil
        }
        guard items.count == count else {
            refuse(entry.place, "\(entry.key) has \(items.count) entries, expected \(expected)")
            return nil
        }
        let durations = items.compactMap { duration($0) }
        return durations.count == count ? durations : nil
    }

    /// An amount of memory, in bytes.
    func memory(_ entry: ConfigurationEntry?) -> Int? {
        let expected = "a whole number with its unit (MiB or GiB), such as 512MiB or 2GiB"
        guard let entry, let text = text(entry, expecting: expected) else { return nil }
        let digits = text.value.prefix { ("0"..."9").contains($0) }
        let unit: Int? =
            switch text.value.dropFirst(digits.count) {
            case "MiB": 1 << 20
            case "GiB": 1 << 30
            default: nil
            }
        guard let unit, !digits.isEmpty else {
            refuse(entry.place, "\(entry.key) is \(text.shown), expected \(expected)")
            return nil
        }
        // More digits than this are out of range with either unit.
        guard digits.count <= 6, let number = Int(digits),
            StreamConfiguration.memoryLimits.contains(unit * number)
        else {
            refuse(entry.place, "\(entry.key) is \(text.shown), expected 64MiB to 64GiB")
            return nil
        }
        return unit * number
    }

    func flag(_ entry: ConfigurationEntry?) -> Bool? {
        guard let entry, let text = text(entry, expecting: "true or false") else { return nil }
        switch text.value {
        case "true": return true
        case "false": return false
        default:
            refuse(entry.place, "\(entry.key) is \(text.shown), expected true or false")
            return nil
        }
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ entry: ConfigurationEntry?) -> Choice? {
        let expected = "one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))"
        guard let entry, let text = text(entry, expecting: expected) else { return nil }
        guard let choice = Choice(rawValue: text.value) else {
            refuse(entry.place, "\(entry.key) is \(text.shown), expected \(expected)")
            return nil
        }
        return choice
    }

    /// A path; a relative one is under the configuration's folder.
    func path(_ entry: ConfigurationEntry?) -> String? {
        guard let entry, let text = text(entry, expecting: "a path") else { return nil }
        guard !text.value.isEmpty else {
            refuse(entry.place, "\(entry.key) is empty, expected a path")
            return nil
        }
        return resolved(text.value)
    }

    /// GStreamer's debug categories with levels.
    func debugList(_ entry: ConfigurationEntry?) -> String? {
        guard let entry, let text = text(entry, expecting: DebugList.expected) else { return nil }
        guard DebugList.isOne(text.value) else {
            refuse(entry.place, "\(entry.key) is \(text.shown), expected \(DebugList.expected)")
            return nil
        }
        return text.value
    }

    /// A list of texts; in a variable they stand between commas.
    func list(_ entry: ConfigurationEntry?, of items: String) -> [String]? {
        guard let entry else { return nil }
        switch entry.content {
        case .variable(let value):
            return value.split(separator: ",").map(String.init)
        case .node(.sequence(let nodes)):
            return nodes.compactMap { node in
                let item = ConfigurationEntry(
                    key: "an entry of \(entry.key)", place: place(of: node), content: .node(node))
                guard let text = text(item, expecting: items) else { return nil }
                guard text.value.isEmpty else { return text.value }
                refuse(item.place, "\(item.key) is empty, expected \(items)")
                return nil
            }
        case .node(let node):
            refuse(entry.place, "\(entry.key) is \(node.kind), expected a list of \(items); an empty one is []")
            return nil
        }
    }

    func resolved(_ path: String) -> String {
        if path.hasPrefix("/") || folder.isEmpty { return path }
        return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
    }
}
