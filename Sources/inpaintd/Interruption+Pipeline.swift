internal import Logging
internal import MediaGraph

extension Interruption {
    /// A signal drains the pipeline, and a second one aborts; what is going on is said.
    static func watch(_ run: PipelineRun, of pipeline: Pipeline, _ logger: Logger) {
        watch(
            // The thread that waits outlives the pipeline, and must not keep it.
            first: { [weak run] in
                logger.info("ending the stream; once more aborts")
                run?.drain()
            },
            impatient: { [weak pipeline] in
                let held = (pipeline?.stages ?? []).map(\.framesHeld).reduce(0, +)
                logger.warning("still waiting for the stream to end\(held > 0 ? ", \(held) frames are held" : "")")
            },
            second: { [weak pipeline] in
                let files = pipeline?.outputFiles ?? []
                logger.error("aborted\(files.isEmpty ? "" : ", unfinished: \(files.joined(separator: ", "))")")
            })
    }
}
