/// What elements say, of which not all is told: what a stream says again within a second is counted, and so is what is
/// more than a person could read. A pure value, told the time.
package struct Chatter: Sendable {
    package struct Line: Hashable, Sendable {
        package var stream: String
        /// The event's.
        package var name: String
        package var detail: String

        package init(stream: String, name: String, detail: String) {
            self.stream = stream
            self.name = name
            self.detail = detail
        }
    }

    private static let second = Duration.seconds(1)
    /// Of one stream, within a second.
    package static let mostLines = 50
    /// Lines that are remembered at most; what is over goes first.
    private static let mostRemembered = 1024

    /// When a line was told last, and how often it was said since.
    private var lines: [Line: (at: ContinuousClock.Instant, again: Int)] = [:]
    /// The second of a stream that runs, how many lines were told in it, and how many more there were.
    private var seconds: [String: (since: ContinuousClock.Instant, told: Int, leftOut: Int)] = [:]

    package init() {}

    /// Whether a line is to be told now; where not, `rest` has it when its second is over.
    package mutating func say(_ line: Line, at now: ContinuousClock.Instant) -> Bool {
        if let last = lines[line], last.again > 0 || now - last.at < Self.second {
            lines[line] = (last.at, last.again + 1)
            return false
        }
        var second = seconds[line.stream] ?? (now, 0, 0)
        if second.leftOut == 0, now - second.since >= Self.second { second = (now, 0, 0) }
        let isTold = second.told < Self.mostLines
        if isTold { second.told += 1 } else { second.leftOut += 1 }
        seconds[line.stream] = second
        if lines.count >= Self.mostRemembered {
            lines = lines.filter { $0.value.again > 0 || now - $0.value.at < Self.second }
        }
        if isTold { lines[line] = (now, 0) }
        return isTold
    }

    /// When `rest` will have something; nil where all is told.
    package var due: ContinuousClock.Instant? {
        let repeated = lines.values.filter { $0.again > 0 }.map(\.at)
        let leftOut = seconds.values.filter { $0.leftOut > 0 }.map(\.since)
        return (repeated + leftOut).min().map { $0 + Self.second }
    }

    /// What was not told, of every second that is over.
    package mutating func rest(at now: ContinuousClock.Instant) -> [Line] {
        var rest: [Line] = []
        for (line, last) in lines where now - last.at >= Self.second {
            if last.again > 0 {
                var told = line
                told.detail += last.again == 1 ? " (once more)" : " (\(last.again) times more)"
                rest.append(told)
                lines[line] = (now, 0)
            } else {
                lines[line] = nil
            }
        }
        for (stream, second) in seconds where now - second.since >= Self.second {
            if second.leftOut > 0 {
                let detail = "\(second.leftOut) more lines within a second are left out"
                rest.append(Line(stream: stream, name: "log", detail: detail))
            }
            seconds[stream] = nil
        }
        return rest
    }
}
