internal import CGStreamer
internal import Frames

/// One input of an output that is kept up: it is played once.
struct KeptInput: Sendable {
    let pipeline: Pipeline
    let run: PipelineRun
    /// What its stages are called, and what they are known as.
    private let names: [String: String]

    /// - Parameters:
    ///   - names: what the stages are known as, in their order.
    ///   - earlier: what becomes of recordings that lie where it will write: those of the inputs before it among them.
    init(_ pipeline: Pipeline, names: [String], over earlier: PipelineRun.Earlier) {
        self.pipeline = pipeline
        // What a failed one that writes no file still holds is all that would come.
        let finishingTime: Duration = pipeline.files.outputs.isEmpty ? .seconds(1) : .seconds(5)
        run = PipelineRun(pipeline, remains: .keptWithFrames, earlier: earlier, finishingTime: finishingTime)
        self.names = Dictionary(zip(pipeline.stageElements.map(\.name), names)) { first, _ in first }
        pipeline.useSystemClock()
    }

    var stages: [StageStatistics] {
        pipeline.stages.map { stage in names[stage.element].map(stage.named) ?? stage }
    }

    func set(_ property: String, of element: String, to value: String) throws(PipelineError) {
        let own = names.first { $0.value == element }?.key ?? element
        try pipeline.set(property, of: own, to: value)
    }

    /// How long no frame has left its stages; nil where that is no longer than it may be.
    func silence(since began: Timestamp, beyond limits: KeptOutput.Silence) -> Duration? {
        let last = pipeline.stages.compactMap(\.sinceLastFrame).min()
        let length = last ?? MonotonicClock.now.elapsed(since: began)
        let silence = Duration.nanoseconds(Int64(clamping: length.nanoseconds))
        return silence > (last == nil ? limits.atStart : limits.later) ? silence : nil
    }
}

extension Pipeline {
    /// Two pipelines' times can be compared where one clock is behind both.
    func useSystemClock() {
        let clock = gst_system_clock_obtain()  // transfer full
        defer { gst_object_unref(clock) }
        gst_pipeline_use_clock(handle.pointer(), clock)
    }
}
