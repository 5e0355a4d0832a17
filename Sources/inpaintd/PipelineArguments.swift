internal import ArgumentParser
internal import Daemon
internal import FoundationEssentials
internal import MediaGraph

/// Which pipeline a command is about, and what its knobs are set to.
struct PipelineArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Take the pipeline from this text, and no FILE.", valueName: "text"))
    var launch: String?

    @Argument(
        help: ArgumentHelp(
            "The pipeline file, then a value for each knob of it that has no default: input=in.mp4 …",
            valueName: "FILE name=value"),
        completion: .file())
    var words: [String] = []

    func validate() throws {
        _ = try values()
    }

    /// For the `validate` of commands that cannot do without.
    func requirePipeline() throws {
        if isEmpty { throw ValidationError("a pipeline FILE, or --launch 'TEXT', is missing") }
    }

    /// Whether no pipeline was given.
    var isEmpty: Bool { launch == nil && words.isEmpty }

    /// Reads the text.
    func description() throws -> PipelineDescription {
        if let launch { return try PipelineDescription(parsing: launch, name: "--launch") }
        return try Self.description(ofFile: words[0])
    }

    /// Far more than anybody writes: a recording may be named by mistake. Units: bytes.
    private static let longestText: UInt64 = 1 << 20

    /// Reads a pipeline file.
    static func description(ofFile path: String) throws -> PipelineDescription {
        // try? because what has no size, a pipe say, is read to its end.
        let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? UInt64 ?? 0
        guard size <= longestText else {
            throw PipelineError(
                .badText, subject: path,
                detail: "\(size) bytes are no pipeline file, expected at most \(longestText)")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PipelineError(.notFound, subject: path, detail: "this pipeline file cannot be read")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw PipelineError(.badText, subject: path, detail: "this pipeline file is not UTF-8 text")
        }
        return try PipelineDescription(parsing: text, name: path)
    }

    /// The knobs' values; the last of one name counts.
    func values() throws -> [String: String] {
        try Self.values(launch == nil ? words.dropFirst() : words[...])
    }

    /// Passwords in the knobs' values.
    func secrets() throws -> [String] {
        try values().flatMap { SecretFilter.isSecret(name: $0.key) ? [$0.value] : SecretFilter.secrets(in: $0.value) }
    }

    /// The knobs' values out of words that are name=value.
    static func values(_ words: ArraySlice<String>) throws -> [String: String] {
        var values: [String: String] = [:]
        for word in words {
            guard let equals = word.firstIndex(of: "="), equals > word.startIndex else {
                throw ValidationError("\"\(word)\" is not name=value")
            }
            values[String(word[..<equals])] = String(word[word.index(after: equals)...])
        }
        return values
    }
}
