internal import FoundationEssentials
internal import Glibc
internal import MediaGraph

/// What a run did, for a program to read.
struct RunSummary {
    private struct Document: Encodable {
        struct Failure: Encodable {
            let code: String
            let subject: String
            let detail: String
            let underlying: String?
        }
        struct Output: Encodable {
            let path: String
            let bytes: Int?
        }
        struct Stage: Encodable {
            let element: String
            let counters: [String: UInt64]
        }

        var pipeline = ""
        var status = ExitStatus.success.rawValue
        var outcome: String?
        var seconds = 0.0
        var outputs: [Output] = []
        var stages: [Stage] = []
        var error: Failure?
    }

    private var document = Document()

    var pipeline: String {
        get { document.pipeline }
        set { document.pipeline = newValue }
    }

    var outcome: PipelineOutcome? {
        didSet {
            document.outcome =
                switch outcome {
                case .endOfStream: "end-of-stream"
                case .drained: "drained"
                case .stoppedBeforeFirstFrame: "stopped-before-first-frame"
                case nil: nil
                }
        }
    }

    /// Takes over what the pipeline says about itself at its end.
    mutating func take(_ pipeline: Pipeline, elapsed: Duration) {
        document.seconds = elapsed.seconds
        document.outputs = pipeline.outputFiles.map {
            Document.Output(path: $0, bytes: size(of: $0))
        }
        document.stages = pipeline.stages.map { Document.Stage(element: $0.element, counters: $0.counters) }
    }

    mutating func fail(_ error: PipelineError, status: ExitStatus) {
        document.status = status.rawValue
        document.error = Document.Failure(
            code: error.code.name, subject: error.subject, detail: error.detail, underlying: error.underlying)
    }

    /// The summary as one line.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
}

/// The size of a file; nil where there is none.
private func size(of path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
}
