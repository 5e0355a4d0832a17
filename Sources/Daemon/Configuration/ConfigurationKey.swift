/// The keys of one kind of mapping in the configuration file.
protocol ConfigurationKey: RawRepresentable<String>, CaseIterable, Hashable {
    /// Whether the value is a mapping of its own, which no environment variable can stand for.
    var holdsMapping: Bool { get }
}

/// The keys of the file itself.
enum RootKey: String, ConfigurationKey {
    case control
    case rtsp
    case readyWithin = "ready-within"
    case stopTimeout = "stop-timeout"
    case defaults
    case streams

    var holdsMapping: Bool {
        switch self {
        case .control, .rtsp, .defaults, .streams: true
        case .readyWithin, .stopTimeout: false
        }
    }
}

/// The keys of `control`.
enum ControlKey: String, ConfigurationKey {
    case socket
    case listen
    case allowText = "allow-text"
    case roots
    case elements

    var holdsMapping: Bool { false }
}

/// The keys of `rtsp`.
enum RTSPKey: String, ConfigurationKey {
    case listen
    case user
    case password

    var holdsMapping: Bool { false }
}

/// The keys of a stream.
enum StreamKey: String, ConfigurationKey {
    case pipeline
    case text
    case knobs
    case autostart
    case restart
    case onLoss = "on-loss"
    case slate
    case earlierOutput = "earlier-output"
    case startTimeout = "start-timeout"
    case stallTimeout = "stall-timeout"
    case memoryLimit = "memory-limit"
    case stopTimeout = "stop-timeout"
    case restartDelays = "restart-delays"
    case recovery
    case gstDebug = "gst-debug"

    /// Those that `defaults` takes: all but what the stream plays.
    static let shared = allCases.filter { ![.pipeline, .text, .knobs].contains($0) }

    var holdsMapping: Bool { self == .knobs }
}

extension DaemonConfiguration {
    /// The path of every key that a file may hold; a stream's name is left out, and what `defaults` takes is only
    /// there.
    package static let keys: [[String]] =
        RootKey.allCases.map { [$0.rawValue] }
        + ControlKey.allCases.map { ["control", $0.rawValue] } + RTSPKey.allCases.map { ["rtsp", $0.rawValue] }
        + StreamKey.allCases.map { [StreamKey.shared.contains($0) ? "defaults" : "streams", $0.rawValue] }
}
