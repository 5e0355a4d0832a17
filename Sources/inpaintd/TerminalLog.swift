internal import Frames
internal import Logging

/// Log lines as a command line prints them: the program's name, the level where it matters, the sentence.
struct TerminalLog: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(level: Logger.Level) {
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let level =
            switch event.level {
            case .critical, .error: "error: "
            case .warning: "warning: "
            default: ""
            }
        Terminal.standardError.write("inpaintd: \(level)\("\(event.message)".withoutControls)")
    }
}
