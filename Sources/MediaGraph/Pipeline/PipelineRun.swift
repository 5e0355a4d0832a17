internal import CGStreamer
internal import Synchronization

/// How a run without an error ended.
public enum PipelineOutcome: Sendable {
    /// The stream came to its end.
    case endOfStream
    /// It was asked to drain, and everything that had gone in came out.
    case drained
    /// It was asked to drain before any frame had reached a stage: nothing was written.
    case stoppedBeforeFirstFrame
}

/// One run of a pipeline, from start to end of stream.
///
/// `run` keeps its thread until the end; `drain` may come from any other.
public final class PipelineRun: Sendable {
    /// What becomes of files that an error left unfinished.
    public enum Remains: Sendable {
        case removed
        /// Kept where frames are in them: what was recorded for days may be of use as it is.
        case keptWithFrames
    }

    /// What becomes of recordings that lie where outputs will be written.
    public enum Earlier: Sendable {
        case overwritten
        case kept
    }

    private let pipeline: Pipeline
    private let remains: Remains
    private let earlier: Earlier
    private let finishingTime: Duration
    private let drainRequested = Atomic(false)

    /// - Parameter finishingTime: how long a pipeline that failed gets to write what a file needs to be complete.
    public init(
        _ pipeline: Pipeline, remains: Remains = .removed, earlier: Earlier = .overwritten,
        finishingTime: Duration = .seconds(5)
    ) {
        self.pipeline = pipeline
        self.remains = remains
        self.earlier = earlier
        self.finishingTime = finishingTime
    }

    /// Ends the stream at the sources; what is held comes out, files are completed, and `run` returns.
    public func drain() {
        drainRequested.store(true, ordering: .sequentiallyConsistent)
        // Any message wakes the loop, which looks at the request itself.
        gst_element_post_message(
            pipeline.handle.element,
            gst_message_new_application(pipeline.handle.pointer(), gst_structure_new_empty("drain")))
    }

    /// Ends the run with an error that is known elsewhere.
    public func fail(_ error: PipelineError) {
        pipeline.notices.post(.failure(error))
        gst_element_post_message(
            pipeline.handle.element,
            gst_message_new_application(pipeline.handle.pointer(), gst_structure_new_empty("notices")))
    }

    /// Plays until the end of the stream, the end of a drain, or the first error.
    ///
    /// After an error the stream is ended, so that files with frames in them are completed and kept; of files that
    /// cannot be completed `remains` decides. Every `interval` a `.tick` is reported.
    ///
    /// Throws: `PipelineError`, the first that came: what follows an error is mostly its echo.
    public func run(
        tickEvery interval: Duration, report: (PipelineEvent) -> Void
    ) throws(PipelineError) -> PipelineOutcome {
        var files = pipeline.files
        try files.check()
        if earlier == .kept { try EarlierOutputs(of: pipeline).keep(report) }
        try FileSequence.begin(in: pipeline.handle)
        var loop = BusLoop(pipeline: pipeline, interval: interval)
        defer { gst_element_set_state(pipeline.handle.element, GST_STATE_NULL) }
        do throws(PipelineError) {
            try loop.start(report)
            files.noteOpened()
            while true {
                if loop.shouldBeginDrain(requested: drainRequested.load(ordering: .sequentiallyConsistent)) {
                    if loop.nothingWentIn {
                        gst_element_set_state(pipeline.handle.element, GST_STATE_NULL)
                        for path in files.removeWritten() { report(.removed(path: path)) }
                        return .stoppedBeforeFirstFrame
                    }
                    loop.beginDrain()
                    report(.draining)
                }
                guard try loop.step(report) else { continue }
                if loop.isDraining { return .drained }
                try loop.checkLength(of: files)
                return .endOfStream
            }
        } catch {
            let error = error.naming(files)
            report(.failed(error))
            let isComplete = loop.finish(within: finishingTime)
            gst_element_set_state(pipeline.handle.element, GST_STATE_NULL)
            if isComplete || (remains == .keptWithFrames && pipeline.framesLeft) {
                for path in files.removeEmpty() { report(.removed(path: path)) }
                for path in files.written { report(.kept(path: path, isComplete: isComplete)) }
            } else {
                for path in files.removeWritten() { report(.removed(path: path)) }
            }
            throw error
        }
    }
}

extension PipelineError {
    /// The same error about the file it must mean: an element inside a decoder knows no file, and not every element
    /// names the one it has.
    fileprivate func naming(_ files: PipelineFiles) -> PipelineError {
        let own = (files.sources + files.outputs).first { $0.element == subject }
        let isAboutInput =
            (code == .badData || code == .unavailable) && !files.alsoRead.contains { $0.element == subject }
        guard let file = own ?? (isAboutInput && files.sources.count == 1 ? files.sources.first : nil),
            !detail.contains(file.path), subject != file.path
        else { return self }
        return PipelineError(
            code, subject: "\(file.path): \(subject)", detail: detail, underlying: underlying, origin: origin,
            cause: cause)
    }
}
