internal import Daemon
internal import FoundationEssentials
internal import MediaGraph

/// Whether a configured stream's pipeline can be built with the knobs that it is given, and played as it is asked for.
struct StreamCheck {
    private let stream: StreamConfiguration

    init(_ stream: StreamConfiguration) {
        self.stream = stream
    }

    /// Everything that is found wrong, one line each, without passwords.
    func problems() -> [String] {
        // Relative names are looked up where the stream's worker will work.
        if let folder = stream.folder, !FileManager.default.changeCurrentDirectoryPath(folder) {
            return ["\(folder) is no folder that can be entered"]
        }
        let hide = SecretFilter(hiding: stream.secrets)
        do {
            let description = try stream.pipelineDescription()
            let missing = description.knobs.filter { $0.fallback == nil && stream.knobs[$0.name] == nil }
            let problems = missing.map {
                "\(description.name): the knob \($0.name) is not set: add it to the stream's knobs"
            }
            do {
                try stream.check(Pipeline(description.planForChecking(setting: stream.knobs)))
                return problems
            } catch {
                return problems + [hide("\(error)")]
            }
        } catch {
            return [hide("\(error)")]
        }
    }
}
