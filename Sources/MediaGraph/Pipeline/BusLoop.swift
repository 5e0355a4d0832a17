internal import CGStreamer
internal import Dispatch

/// The state of a run, and what each message from the bus does to it.
struct BusLoop {
    private let pipeline: Pipeline
    private let interval: Duration
    private var nextTick = ContinuousClock.now
    private var isLive = false
    private var isBuffering = false
    /// Whether every sink has had its first frame.
    private var hasStarted = false
    private var hasEnded = false
    private(set) var isDraining = false
    private var isEndSent = false
    private var lateSinks: LateSinks
    private var missingPlugin: String?
    /// Whether what failed was the writing itself.
    private var cannotFinish = false
    /// What a source warned of last: its stream may end because of that.
    private var sourceWarning: (PipelineError, at: ContinuousClock.Instant)?
    /// How soon after its warning a source ends its stream because of it.
    private static let sourceWarningAge = Duration.seconds(1)

    init(pipeline: Pipeline, interval: Duration) {
        self.pipeline = pipeline
        self.interval = interval
        lateSinks = LateSinks(of: pipeline.handle)
    }

    private var element: UnsafeMutablePointer<GstElement> { pipeline.handle.element }

    mutating func start(_ report: (PipelineEvent) -> Void) throws(PipelineError) {
        nextTick = ContinuousClock.now + interval
        try readyStages(report)
        // Only on the way to PAUSED does a live source say that it is one.
        var change = gst_element_set_state(element, GST_STATE_PAUSED)
        isLive = change == GST_STATE_CHANGE_NO_PREROLL
        if change != GST_STATE_CHANGE_FAILURE { change = gst_element_set_state(element, GST_STATE_PLAYING) }
        guard change != GST_STATE_CHANGE_FAILURE else {
            try throwReason(report)
        }
        if isLive { report(.started(isLive: true)) }
    }

    /// Brings the stages to READY before any other element: weights and masks that cannot be used are refused while no
    /// output is open, and an earlier one still as it was.
    private mutating func readyStages(_ report: (PipelineEvent) -> Void) throws(PipelineError) {
        // A pipeline that has not begun keeps its bus shut.
        gst_bus_set_flushing(pipeline.bus.pointer(), 0)
        for stage in pipeline.stageElements {
            guard gst_element_set_state(stage.element, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE else { continue }
            do throws(PipelineError) {
                try throwReason(report)
            } catch {
                // Nothing has come yet: it is the settings that cannot be used.
                throw error.with(cause: .pipeline)
            }
        }
    }

    /// Throws the reason of a failure that is on the bus already.
    private mutating func throwReason(_ report: (PipelineEvent) -> Void) throws(PipelineError) -> Never {
        while let message = pop(waiting: .zero) { try handle(message, report) }
        throw PipelineError(.unavailable, subject: pipeline.name, detail: "the pipeline cannot start")
    }

    func shouldBeginDrain(requested: Bool) -> Bool {
        requested && !isDraining
    }

    /// Whether it has stages, and none of them has seen a frame.
    var nothingWentIn: Bool {
        let stages = pipeline.stages
        return !hasStarted && !stages.isEmpty && stages.allSatisfy { $0.counters["frames-in", default: 0] == 0 }
    }

    /// Asks for the end of the stream, which is sent as soon as the pipeline plays.
    mutating func beginDrain() {
        isDraining = true
        if isBuffering {
            isBuffering = false
            gst_element_set_state(element, GST_STATE_PLAYING)
        }
    }

    /// Whether it plays and no change of state is under way.
    ///
    /// An end that is sent earlier can wait for ever: it holds the pipeline's state while it waits for a source that
    /// pushes, and that source waits for a sink that waits for the pipeline to play.
    private var isSettled: Bool {
        var state = GST_STATE_NULL
        var pending = GST_STATE_VOID_PENDING
        let change = gst_element_get_state(element, &state, &pending, 0)
        return change != GST_STATE_CHANGE_ASYNC && state == GST_STATE_PLAYING && pending == GST_STATE_VOID_PENDING
    }

    /// Sends the end of the stream into the sources, once.
    private mutating func sendEnd() {
        guard !isEndSent, isSettled else { return }
        isEndSent = true
        let handle = pipeline.handle
        // A source that is stuck keeps the caller: that must not be the thread which handles the bus.
        DispatchQueue.global().async {
            gst_element_send_event(handle.element, gst_event_new_eos())
        }
    }

    /// Waits for the next message and handles it; true once the stream has ended.
    mutating func step(_ report: (PipelineEvent) -> Void) throws(PipelineError) -> Bool {
        if isDraining { sendEnd() }
        if let message = pop(waiting: nextTick - ContinuousClock.now) {
            try handle(message, report)
        }
        if ContinuousClock.now >= nextTick {
            nextTick = ContinuousClock.now + interval
            lateSinks.end(at: ContinuousClock.now)
            report(.tick)
        }
        return hasEnded
    }

    /// Ends the stream of a pipeline that has failed; true where its files are complete, with frames in them.
    mutating func finish(within limit: Duration) -> Bool {
        // Where writing failed, or nothing was written yet, there is nothing to complete.
        guard hasStarted, !cannotFinish else { return false }
        if !hasEnded { sendEnd() }
        let deadline = ContinuousClock.now + limit
        while !hasEnded, ContinuousClock.now < deadline {
            guard let message = pop(waiting: deadline - ContinuousClock.now) else { break }
            if case .endOfStream = message { hasEnded = true }
        }
        return hasEnded && (pipeline.stageElements.isEmpty || pipeline.framesLeft)
    }

    /// Finds out whether an input was cut short: a container says how long it is, and a demuxer takes its end as it
    /// comes.
    ///
    /// Throws: `PipelineError` where more is missing than tracks of unequal length explain.
    func checkLength(of files: PipelineFiles) throws(PipelineError) {
        guard !isLive, pipeline.readsToTheEnd, let duration = pipeline.duration, let reached = pipeline.furthestPosition
        else { return }
        let tolerated = max(Duration.milliseconds(500), duration / 100)
        guard reached + tolerated < duration else { return }
        throw PipelineError(
            .badData, subject: files.sources.count == 1 ? files.sources[0].path : pipeline.name,
            detail: "ends after \(reached.inSeconds), and says it is \(duration.inSeconds) long: it was cut short")
    }

    private mutating func pop(waiting time: Duration) -> BusMessage? {
        let nanoseconds = max(0, time.components.seconds * 1_000_000_000 + time.components.attoseconds / 1_000_000_000)
        guard let message = gst_bus_timed_pop(pipeline.bus.pointer(), GstClockTime(nanoseconds)) else { return nil }
        defer { gst_message_unref(message) }
        return BusMessage(message, missingPlugin: missingPlugin)
    }

    private mutating func handle(_ message: BusMessage, _ report: (PipelineEvent) -> Void) throws(PipelineError) {
        switch message {
        case .endOfStream:
            hasEnded = true
            if isLive, !isDraining, let (warning, at) = sourceWarning,
                ContinuousClock.now - at < Self.sourceWarningAge
            {
                throw warning
            }
        case .error(let error, let isWriter):
            cannotFinish = isWriter
            // What has worked is not wrong itself: something else has come than before.
            throw error.cause == .pipeline && pipeline.framesLeft ? error.with(cause: .data) : error
        case .linkFailed(let error):
            throw PipelineError(
                .badData, subject: error.subject, detail: "the input has no stream for a link of the pipeline",
                underlying: error.underlying ?? error.detail)
        case .warning(let warning):
            if warning.cause == .source { sourceWarning = (warning, ContinuousClock.now) }
            report(.warning(warning))
        case .asyncDone:
            if !hasStarted {
                hasStarted = true
                if !isLive { report(.started(isLive: pipeline.hasLiveSource)) }
            }
        case .latency:
            gst_bin_recalculate_latency(pipeline.handle.bin)
        case .clockLost:
            guard !isEndSent else { break }
            gst_element_set_state(element, GST_STATE_PAUSED)
            gst_element_set_state(element, GST_STATE_PLAYING)
        case .buffering(let percent):
            buffer(percent)
        case .stateRequest(let state):
            gst_element_set_state(element, state)
        case .missingPlugin(let name):
            missingPlugin = name
        case .notices:
            try handleNotices(report)
        case .other:
            break
        }
    }

    /// Waits while a network source fills its buffer; a live one cannot wait.
    private mutating func buffer(_ percent: Int) {
        guard !isLive, !isDraining else { return }
        if percent < 100, !isBuffering {
            isBuffering = true
            gst_element_set_state(element, GST_STATE_PAUSED)
        } else if percent == 100, isBuffering {
            isBuffering = false
            gst_element_set_state(element, GST_STATE_PLAYING)
        }
    }

    private func handleNotices(_ report: (PipelineEvent) -> Void) throws(PipelineError) {
        for notice in pipeline.notices.take() {
            switch notice {
            case .event(let event): report(event)
            case .failure(let error): throw error
            }
        }
    }
}

extension Duration {
    /// `12.34 s`.
    fileprivate var inSeconds: String {
        let hundredths = components.seconds * 100 + components.attoseconds / 10_000_000_000_000_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) s"
    }
}
