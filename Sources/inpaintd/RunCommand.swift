internal import ArgumentParser
internal import Daemon
internal import Glibc
internal import Logging
internal import MediaGraph

/// `inpaintd run`: plays a pipeline to its end.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Play a pipeline to its end.",
        discussion: """
            Existing output files are overwritten. SIGINT or SIGTERM ends the stream: what is held comes out, files are \
            completed, the exit status is 0. A second one aborts and leaves files as they are. After an error, files \
            that could be completed are kept, others are removed.
            """)

    @OptionGroup var pipeline: PipelineArguments
    @OptionGroup var plugins: PluginOptions
    @OptionGroup var talk: Talk

    @Flag(help: "Print a summary, one JSON object, as the last line on standard error; standard output is for media.")
    var json = false

    func validate() throws {
        try pipeline.requirePipeline()
    }

    func run() throws {
        plugins.apply()
        let logger = talk.logger
        var summary = RunSummary()
        var status = ExitStatus.success
        do {
            try play(logger, &summary)
        } catch let error as PipelineError {
            logger.report(error)
            status = ExitStatus(error.code)
            summary.fail(error, status: status)
        }
        if json { Terminal.standardError.write(try summary.json()) }
        // After an error a thread may still be stuck in an element.
        guard status == .success else { throw status.exitCode }
        GStreamer.shutDown()
    }

    private func play(_ logger: Logger, _ summary: inout RunSummary) throws {
        let hide = SecretFilter(hiding: try pipeline.secrets())
        GStreamer.takeLog { line in logger.info("GStreamer: \(hide("\(line)"))") }
        try Stages.register()
        let description = try pipeline.description()
        summary.pipeline = description.name
        let built = try Pipeline(description.plan(setting: try pipeline.values()))
        if built.writesStandardOutput, isatty(STDOUT_FILENO) == 1 {
            throw PipelineError(
                .badText, subject: description.name,
                detail: "it writes media to standard output, which is a terminal: redirect it, or pipe it on")
        }
        let run = PipelineRun(built)
        Interruption.watch(run, of: built, logger)

        logger.debug("starting \(description.name)")
        let progress = RunProgress(pipeline: built, talk: talk, logger: logger)
        defer {
            progress.end()
            summary.take(built, elapsed: progress.elapsed)
        }
        summary.outcome = try run.run(tickEvery: .seconds(1)) { event in
            switch event {
            case .linked(let branch, let stream): logger.info("\(stream) goes through: \(branch)")
            case .warning(let warning): logger.warning("\(warning)")
            case .started: logger.debug("playing")
            case .draining, .failed: break
            case .kept(let path, _): logger.warning("\(path) was completed and ends where the error came")
            case .removed(let path): logger.info("\(path) was unfinished and has been removed")
            case .movedAside(let path, let name): logger.info("\(path) of before is \(name) now")
            case .numbered(let location, let first): logger.info("\(location) goes on with \(first)")
            case .tick: progress.tick()
            }
        }
        progress.end()
        logger.info("\(progress.closingLine(outcome: summary.outcome))")
    }
}
