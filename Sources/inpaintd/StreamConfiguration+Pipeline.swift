internal import Daemon
internal import MediaGraph

typealias PipelineMaker = @Sendable () throws(PipelineError) -> Pipeline

extension StreamConfiguration {
    /// Reads the stream's pipeline.
    func pipelineDescription() throws -> PipelineDescription {
        switch source {
        case .file(let path): try PipelineArguments.description(ofFile: path)
        case .text(let text): try PipelineDescription(parsing: text, name: "text")
        }
    }

    /// What builds the stream's pipeline, within what its caller may use, as often as it is asked.
    func pipelineMaker() throws -> PipelineMaker {
        let fence = caller.map(PipelineFence.init)
        let description = try pipelineDescription()
        try fence?.check(description)
        let plan = try description.plan(setting: knobs)
        // Time for another try, or another way, within that of the start.
        let patience = startTimeout / 2
        return { () throws(PipelineError) in
            let pipeline = try Pipeline(plan, within: fence)
            pipeline.limitPatience(to: patience)
            RTSPConnections.expect(pipeline)
            return pipeline
        }
    }
}

extension StreamConfiguration {
    /// Looks at the stream's pipeline as far as that can be done before anything is opened. The pipeline is not to be
    /// played after that.
    ///
    /// Throws: `PipelineError`.
    func check(_ pipeline: Pipeline) throws(PipelineError) {
        try pipeline.checkSettings()
        if rtsp != nil { try pipeline.checkPublishing() }
        if let standIn { try KeptOutput.check(pipeline, showing: standIn) }
    }
}

extension PipelineFence {
    fileprivate init(_ rule: CallerRule) {
        let roots = FileRoots(rule.roots)
        self.init(
            factories: rule.elements, allowsValue: { roots.allow(value: $0) },
            allowsFile: { roots.resolve($0) != nil })
    }
}
