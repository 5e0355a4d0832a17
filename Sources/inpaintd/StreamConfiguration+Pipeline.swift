internal import Daemon
internal import MediaGraph

extension StreamConfiguration {
    /// Reads the stream's pipeline.
    func pipelineDescription() throws -> PipelineDescription {
        switch source {
        case .file(let path): try PipelineArguments.description(ofFile: path)
        case .text(let text): try PipelineDescription(parsing: text, name: "text")
        }
    }
}
