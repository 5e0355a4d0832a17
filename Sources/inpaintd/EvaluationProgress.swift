internal import Logging

/// How far an evaluation is: a line that is drawn over on a terminal, else one for each case where more is to be said.
struct EvaluationProgress {
    let talk: Talk
    let logger: Logger

    func show(_ next: String, _ done: Int, _ total: Int) {
        let line = "\(done) of \(total): \(next)"
        if Terminal.standardError.isInteractive, !talk.quiet {
            Terminal.standardError.show(progress: line)
        } else {
            logger.info("\(line)")
        }
    }

    func end() {
        Terminal.standardError.show(progress: "")
    }
}
