internal import ArgumentParser
internal import Logging
internal import MediaGraph

/// `inpaintd bench pipeline`: a whole pipeline, played like `inpaintd run` plays it.
struct BenchPipelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pipeline", abstract: "Play a pipeline to its end, and measure rate, latency and memory.",
        discussion: """
            Latency is the time from a frame's coming to the inpaint element to its leaving it. A file's frames come as \
            fast as they are taken, so theirs holds what the element keeps waiting; a live source's is the true one.
            """)

    @OptionGroup var pipeline: PipelineArguments
    @OptionGroup var output: BenchOutput
    @OptionGroup var talk: Talk

    func validate() throws {
        try pipeline.requirePipeline()
    }

    func run() throws {
        let logger = talk.logger
        try logger.reportingErrors {
            try Stages.register()
            let description = try pipeline.description()
            let built = try Pipeline(description.plan(setting: try pipeline.values()))
            if built.writesStandardOutput {
                throw PipelineError(
                    .badText, subject: description.name,
                    detail: "it writes media to standard output, where the figures go")
            }
            try output.write(try PipelineBenchmark(built).run(logger))
        }
        GStreamer.shutDown()
    }
}
