internal import ArgumentParser
internal import Logging
internal import MediaGraph

/// `inpaintd check`: builds a pipeline without playing it.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read a pipeline, build it, list its knobs, and play nothing.",
        discussion: "Knobs without a value are left out, and listed as needed by run.")

    @OptionGroup var pipeline: PipelineArguments
    @OptionGroup var talk: Talk

    func run() throws {
        let logger = talk.logger
        try logger.reportingErrors {
            try Stages.register()
            let description = try pipeline.description()
            let values = try pipeline.values()
            _ = try Pipeline(description.planForChecking(setting: values))
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
}
