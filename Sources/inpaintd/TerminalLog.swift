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
        Terminal.standardError.write("inpaintd: \(level)\(Self.oneLine("\(event.message)"))")
    }

    /// The text with control characters shown instead of obeyed: a file's name may hold any.
    static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control {
                line.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
            } else {
                line.append(scalar)
            }
        }
        return String(line)
    }
}
