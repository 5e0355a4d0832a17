internal import ArgumentParser
internal import Daemon
internal import FoundationEssentials
internal import Logging
internal import MediaGraph

/// `inpaintd check`: builds a pipeline, or all of a configuration's, without playing it.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a pipeline or a configuration, build what it describes, and play nothing.",
        discussion: """
            Of a pipeline the knobs are listed; those without a value are left out, and listed as needed by run. Of a \
            configuration everything that is wrong is told, and the exit status is then 78.
            """)

    @Option(
        help: ArgumentHelp("Check this configuration of the daemon, and no FILE.", valueName: "file"),
        completion: .file())
    var config: String?

    @OptionGroup var pipeline: PipelineArguments
    @OptionGroup var plugins: PluginOptions
    @OptionGroup var talk: Talk

    func validate() throws {
        if config == nil {
            try pipeline.requirePipeline()
        } else if !pipeline.isEmpty {
            throw ValidationError("--config takes no pipeline")
        }
    }

    func run() throws {
        plugins.apply()
        let logger = talk.logger
        if let config {
            return try checkConfiguration(config, logger)
        }
        try logger.reportingErrors {
            try Stages.register()
            let description = try pipeline.description()
            let values = try pipeline.values()
            try Pipeline(description.planForChecking(setting: values)).checkSettings()
            guard !talk.quiet else { return }
            print("\(description.name): well-formed")
            for knob in description.knobs {
                let state =
                    if let value = values[knob.name] {
                        "= \(value)"
                    } else if let fallback = knob.fallback {
                        "by default \(fallback.isEmpty ? "empty" : fallback)"
                    } else {
                        "needed by run"
                    }
                print("  \(knob.name): \(state)")
            }
        }
    }

    private func checkConfiguration(_ path: String, _ logger: Logger) throws {
        let environment = ProcessInfo.processInfo.environment
        let configuration: DaemonConfiguration
        do {
            configuration = try DaemonConfiguration(contentsOf: path, environment: environment)
        } catch {
            for problem in error.problems { logger.error("\(problem)") }
            throw ExitStatus.configuration.exitCode
        }
        try logger.reportingErrors { try Stages.register() }
        var isSound = true
        for stream in configuration.streams {
            let problems = StreamCheck(stream).problems()
            for problem in problems { logger.error("\(stream.name): \(problem)") }
            isSound = isSound && problems.isEmpty
            if problems.isEmpty, !talk.quiet { print("\(stream.name): well-formed") }
        }
        guard isSound else { throw ExitStatus.configuration.exitCode }
    }
}
