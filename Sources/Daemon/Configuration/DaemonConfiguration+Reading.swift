internal import Yams

extension DaemonConfiguration {
    /// Reads a configuration file's text.
    ///
    /// `name` is what reports call it; relative paths are under `folder`, which is the folder part of `name` where it
    /// is not given. A value of the file may hold `${NAME}`; a variable such as `INPAINTD_CONTROL_SOCKET` or
    /// `INPAINTD_STREAMS_CAM_RESTART` counts instead of the value at its path.
    ///
    /// Throws: `ConfigurationError` with everything that is wrong.
    public init(
        yaml text: String, name: String, folder: String? = nil, environment: [String: String]
    ) throws(ConfigurationError) {
        let document = try ConfigurationDocument(text, name: name)
        let reader = ConfigurationReader(
            file: name, folder: folder ?? Self.folder(of: name), environment: environment)
        let root: ConfigurationSection<RootKey> = reader.section(document.root)
        control = reader.control(root[.control], environment: environment)
        let rtsp = reader.rtsp(root[.rtsp])
        self.rtsp = rtsp
        streams = reader.streams(root).map { $0.served(by: rtsp) }
        readyWithin = reader.duration(root[.readyWithin]) ?? .seconds(10)
        stopTimeout = reader.duration(root[.stopTimeout]) ?? .seconds(15)
        try reader.finish()
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension ConfigurationEntry {
    /// The mapping that it may be.
    var node: Node? {
        if case .node(let node) = content { node } else { nil }
    }
}

extension ConfigurationReader {
    fileprivate func control(
        _ entry: ConfigurationEntry?, environment: [String: String]
    ) -> DaemonConfiguration.Control {
        let section: ConfigurationSection<ControlKey> = section(entry?.node, at: ["control"])
        let standard = DaemonConfiguration.Control.defaultSocket(environment: environment)
        return DaemonConfiguration.Control(
            socket: socket(section[.socket]) ?? standard,
            listen: address(section[.listen]),
            allowsText: flag(section[.allowText]) ?? false,
            roots: (list(section[.roots], of: "folders") ?? []).map(resolved),
            elements: list(section[.elements], of: "element names"))
    }

    private func socket(_ entry: ConfigurationEntry?) -> String? {
        guard let entry, let path = path(entry) else { return nil }
        let limit = DaemonConfiguration.Control.socketPathLimit
        guard path.utf8.count <= limit else {
            refuse(entry.place, "\(entry.key) is a path of \(path.utf8.count) bytes, expected at most \(limit)")
            return nil
        }
        return path
    }

    private func address(_ entry: ConfigurationEntry?) -> String? {
        guard let entry, let text = text(entry, expecting: LoopbackAddress.expected) else { return nil }
        guard let address = LoopbackAddress(text.value) else {
            refuse(entry.place, "\(entry.key) is \(text.shown), expected \(LoopbackAddress.expected)")
            return nil
        }
        return address.description
    }

    fileprivate func streams(_ root: ConfigurationSection<RootKey>) -> [StreamConfiguration] {
        var pattern = StreamConfiguration(name: "", source: .text(""), folder: folder.isEmpty ? nil : folder)
        read(section(root[.defaults]?.node, at: ["defaults"], taking: StreamKey.shared), into: &pattern)
        guard root.isMapping else { return [] }
        guard let node = root[.streams]?.node else {
            refuse(root.place, "there is no key streams, expected a mapping from names to streams; an empty one is {}")
            return []
        }
        return (members(of: node, at: ["streams"]) ?? []).compactMap { member in
            guard StreamConfiguration.isName(member.name) else {
                refuse(
                    place(of: member.key),
                    "\(member.name.quoted) is no stream's name, expected \(StreamConfiguration.nameRule)")
                return nil
            }
            return stream(member, from: pattern)
        }
    }

    private func stream(_ member: Member, from pattern: StreamConfiguration) -> StreamConfiguration? {
        let path = ["streams", member.name]
        let section: ConfigurationSection<StreamKey> = section(member.value, at: path)
        var stream = pattern
        stream.name = member.name
        read(section, into: &stream)
        readKnobs(section[.knobs], at: path + ["knobs"], into: &stream)
        guard let source = source(section, name: member.name, at: place(of: member.key)) else { return nil }
        stream.source = source
        if case .text(let text) = source { stream.secrets += SecretFilter.secrets(in: text) }
        return stream
    }

    private func source(
        _ section: ConfigurationSection<StreamKey>, name: String, at place: ConfigurationPlace
    ) -> StreamConfiguration.Source? {
        switch (section[.pipeline], section[.text]) {
        case (let file?, nil):
            return path(file).map(StreamConfiguration.Source.file)
        case (nil, let entry?):
            // A pipeline's own ${…} are its knobs.
            guard let text = text(entry, expands: false, expecting: "pipeline text") else { return nil }
            return .text(text.value)
        case (_?, let text?):
            refuse(text.place, "the stream \(name) has both pipeline and text, expected one of them")
        case (nil, nil) where section.isMapping:
            refuse(place, "the stream \(name) has neither pipeline nor text, expected one of them")
        case (nil, nil): break
        }
        return nil
    }

    private func read(_ section: ConfigurationSection<StreamKey>, into stream: inout StreamConfiguration) {
        stream.autostart = flag(section[.autostart]) ?? stream.autostart
        stream.restart = choice(section[.restart]) ?? stream.restart
        stream.onLoss = choice(section[.onLoss]) ?? stream.onLoss
        stream.slate = path(section[.slate]) ?? stream.slate
        stream.earlierOutput = choice(section[.earlierOutput]) ?? stream.earlierOutput
        stream.startTimeout = duration(section[.startTimeout]) ?? stream.startTimeout
        stream.stallTimeout = duration(section[.stallTimeout]) ?? stream.stallTimeout
        stream.memoryLimit = memory(section[.memoryLimit]) ?? stream.memoryLimit
        stream.stopTimeout = duration(section[.stopTimeout]) ?? stream.stopTimeout
        stream.restartDelays = durations(section[.restartDelays], count: 3) ?? stream.restartDelays
        stream.recovery = duration(section[.recovery]) ?? stream.recovery
        stream.gstDebug = debugList(section[.gstDebug]) ?? stream.gstDebug
    }

    private func readKnobs(_ entry: ConfigurationEntry?, at path: [String], into stream: inout StreamConfiguration) {
        guard let node = entry?.node else { return }
        for member in members(of: node, at: path) ?? [] {
            let entry =
                override(of: member.name, at: path)
                ?? ConfigurationEntry(key: member.name, place: place(of: member.value), content: .node(member.value))
            guard let text = text(entry, expecting: "text; an empty one is ''") else { continue }
            stream.knobs[member.name] = text.value
            stream.secrets += text.secrets
            let inside = SecretFilter.isSecret(name: member.name) ? [text.value] : SecretFilter.secrets(in: text.value)
            stream.secrets += inside.filter { !stream.secrets.contains($0) }
        }
    }
}
