internal import Logging
internal import Synchronization

/// What happens, told to the log and to those who follow the events: a line each, without passwords.
///
/// What elements say again and again within a second is counted, and said once.
final class Journal: Sendable {
    let events = EventLog()
    private let logger: Logger
    private let secrets = Mutex((values: Set<String>(), filter: SecretFilter(hiding: [])))
    private let repeats = Mutex(RepeatCounter())

    init(logger: Logger) {
        self.logger = logger
    }

    /// Hides these values from now on, and those it was told of before.
    func hide(values: [String]) {
        secrets.withLock { secrets in
            secrets.values.formUnion(values)
            secrets.filter = SecretFilter(hiding: Array(secrets.values))
        }
    }

    /// A text as it may be shown.
    func shown(_ text: String) -> String { secrets.withLock { $0.filter }(text) }

    func note(_ name: String, of stream: String, _ detail: String) {
        let detail = shown(detail)
        var unsaid = 0
        if Self.chatter.contains(name) {
            let key = "\(stream) \(name) \(detail)"
            guard let count = repeats.withLock({ $0.say(key, at: ContinuousClock.now) }) else { return }
            unsaid = count
        }
        events.add(name, of: stream, detail)
        let again = unsaid > 0 ? " (\(unsaid) times more in between)" : ""
        let about = stream.isEmpty ? "" : "\(stream): "
        logger.log(level: Self.level(of: name), "\(about)\(name): \(detail)\(again)")
    }

    /// What elements say, and may say with every frame.
    private static let chatter: Set<String> = ["log", "warning"]

    private static func level(of event: String) -> Logger.Level {
        switch event {
        case "fault", "failed", "killed": .error
        case "warning", "retrying", "degraded": .warning
        default: .info
        }
    }
}

/// Counts what is said again within a second. A pure value, told the time.
struct RepeatCounter: Sendable {
    private static let quiet = Duration.seconds(1)
    private static let mostKeys = 1024

    private var said: [String: (at: ContinuousClock.Instant, unsaid: Int)] = [:]

    /// How often it was not said since it was said last; nil where it is not to be said now either.
    mutating func say(_ key: String, at now: ContinuousClock.Instant) -> Int? {
        if let last = said[key], now - last.at < Self.quiet {
            said[key] = (last.at, last.unsaid + 1)
            return nil
        }
        if said.count >= Self.mostKeys { said = said.filter { now - $0.value.at < Self.quiet } }
        let unsaid = said[key]?.unsaid ?? 0
        said[key] = (now, 0)
        return unsaid
    }
}
