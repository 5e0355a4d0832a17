package import Logging
internal import Synchronization

/// What happens, told to the log and to those who follow the events: a line each, without passwords.
///
/// What elements say again and again is counted, and told once a second.
package final class Journal: Sendable {
    let events = EventLog()
    private let logger: Logger
    private let secrets = Mutex((values: Set<String>(), filter: SecretFilter(hiding: [])))
    /// Whether somebody waits already for what is due to be told.
    private let chatter = Mutex((lines: Chatter(), isAwaited: false))

    package init(logger: Logger) {
        self.logger = logger
    }

    /// Hides these values from now on, and those it was told of before.
    package func hide(values: [String]) {
        secrets.withLock { secrets in
            secrets.values.formUnion(values)
            secrets.filter = SecretFilter(hiding: Array(secrets.values))
        }
    }

    /// A text as it may be shown.
    func shown(_ text: String) -> String { secrets.withLock { $0.filter }(text) }

    package func note(_ name: String, of stream: String, _ detail: String) {
        let line = Chatter.Line(stream: stream, name: name, detail: shown(detail))
        guard Self.chatter.contains(name) else { return tell(line) }
        let (isTold, due) = chatter.withLock { chatter in
            let isTold = chatter.lines.say(line, at: ContinuousClock.now)
            let due = isTold || chatter.isAwaited ? nil : chatter.lines.due
            if due != nil { chatter.isAwaited = true }
            return (isTold, due)
        }
        if isTold { tell(line) }
        if let due { tellRest(at: due) }
    }

    /// Tells at that time what was not told before, and so on until nothing is left.
    private func tellRest(at due: ContinuousClock.Instant) {
        Task { [weak self] in
            // Nobody cancels it.
            try? await Task.sleep(until: due, clock: .continuous)
            guard let self else { return }
            let (rest, due) = chatter.withLock { chatter in
                let rest = chatter.lines.rest(at: ContinuousClock.now)
                let due = chatter.lines.due
                chatter.isAwaited = due != nil
                return (rest, due)
            }
            for line in rest { tell(line) }
            if let due { tellRest(at: due) }
        }
    }

    private func tell(_ line: Chatter.Line) {
        events.add(line.name, of: line.stream, line.detail)
        let about = line.stream.isEmpty ? "" : "\(line.stream): "
        logger.log(level: Self.level(of: line.name), "\(about)\(line.name): \(line.detail)")
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
