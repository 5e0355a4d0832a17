internal import Logging
internal import MediaGraph

/// How far a run is, for the one who waits for it.
final class RunProgress {
    /// Without a terminal to draw on, -v gets a line this often.
    private static let secondsBetweenLines = 10

    private let pipeline: Pipeline
    private let talk: Talk
    private let logger: Logger
    private let start = ContinuousClock.now
    private var ticks = 0

    init(pipeline: Pipeline, talk: Talk, logger: Logger) {
        self.pipeline = pipeline
        self.talk = talk
        self.logger = logger
    }

    var elapsed: Duration { ContinuousClock.now - start }

    /// Shows where the run is; called once a second.
    func tick() {
        ticks += 1
        if Terminal.standardError.isInteractive {
            if !talk.quiet { Terminal.standardError.show(progress: line) }
        } else if talk.verbose, ticks.isMultiple(of: Self.secondsBetweenLines) {
            logger.debug("\(line)")
        }
    }

    /// Takes the progress line away.
    func end() {
        Terminal.standardError.show(progress: "")
    }

    /// `312 frames  24.9 fps  1.00 × real time  ETA 0:41`, as much of it as is known.
    private var line: String {
        var words: [String] = []
        let seconds = elapsed.seconds
        if let frames {
            words.append("\(frames) frames")
            words.append("\((Double(frames) / seconds).rounded(to: 1)) fps")
        }
        if let position = pipeline.position?.seconds {
            let pace = position / seconds
            words.append("\(pace.rounded(to: 2)) × real time")
            if let duration = pipeline.duration?.seconds, pace > 0, duration >= position {
                words.append("ETA \(clock((duration - position) / pace))")
            }
        }
        return words.isEmpty ? clock(seconds) : words.joined(separator: "  ")
    }

    /// What was done, in one line.
    func closingLine(outcome: PipelineOutcome?) -> String {
        if case .stoppedBeforeFirstFrame = outcome { return "stopped before the first frame" }
        let seconds = elapsed.seconds
        var words = frames.map { "\($0) frames in " } ?? ""
        words += "\(seconds.rounded(to: 1)) s"
        if let frames, seconds > 0 { words += ", \((Double(frames) / seconds).rounded(to: 1)) fps" }
        let files = pipeline.outputFiles
        return files.isEmpty ? words : "\(words): \(files.joined(separator: ", "))"
    }

    /// Frames that came out of the stages; nil where the pipeline has none.
    private var frames: UInt64? {
        let stages = pipeline.stages
        guard !stages.isEmpty else { return nil }
        return stages.reduce(0) { $0 + $1.counters["frames-out", default: 0] }
    }

    /// `1:02:03`, or `2:03`.
    private func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        let twoDigits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let minutes = whole / 60 % 60
        let tail = twoDigits(whole % 60)
        return whole < 3600 ? "\(minutes):\(tail)" : "\(whole / 3600):\(twoDigits(minutes)):\(tail)"
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

extension Double {
    /// The number with so many digits after the point.
    func rounded(to digits: Int) -> String {
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = Int((self * scale).rounded())
        guard digits > 0 else { return "\(scaled)" }
        let whole = scaled / Int(scale)
        let fraction = String(scaled % Int(scale))
        return "\(whole)." + String(repeating: "0", count: max(0, digits - fraction.count)) + fraction
    }
}
