internal import CGStreamer
internal import Frames

/// What GStreamer's threads leave for the stage's one thread: frames and events in order, and masks by time.
///
/// The ring of frames is bounded; a streaming thread that finds it full waits there. A flush and a stop wake everybody.
final class StageInbox: Sendable {
    struct State {
        var items: [StageItem] = []
        var frames = 0
        var accepted: UInt64 = 0
        var isRunning = false
        var isFlushing = false
        /// From a flush's start until its end has gone out downstream.
        var isFlushPending = false
        var flushes = 0
        /// What downstream, or the stage itself, answers to a frame.
        var flow = GST_FLOW_OK
        var hasFailed = false
        var isLive = false
        var drainsAsked = 0
        var drainsDone = 0
        var latencyNanoseconds: UInt64 = 0
        var framesHeld = 0
        var masks: MaskStream?
    }

    let state = Monitor(State())
    let limits: StageLimits
    let counters: StageCounters

    init(limits: StageLimits, counters: StageCounters) {
        self.limits = limits
        self.counters = counters
    }

    // MARK: Frames and events, from the streaming thread

    /// Leaves a frame, waiting until there is room.
    func push(_ frame: StageFrame) -> GstFlowReturn {
        var isHeldBack = false
        let flow = state.wait { state -> GstFlowReturn? in
            guard state.isRunning, !state.isFlushing else { return GST_FLOW_FLUSHING }
            guard state.flow == GST_FLOW_OK else { return state.flow }
            guard state.frames < limits.frames else {
                // At once: it may be for ever.
                if !isHeldBack, state.isLive { counters.add(to: .framesHeldBack) }
                isHeldBack = isHeldBack || state.isLive
                return nil
            }
            state.items.append(.frame(frame))
            state.frames += 1
            state.accepted += 1
            counters.framesQueued = state.frames
            return GST_FLOW_OK
        }
        if flow == GST_FLOW_OK { counters.add(to: .framesIn) }
        return flow
    }

    /// Leaves anything but a frame; it never waits. False while flushing or stopped.
    func push(_ item: StageItem) -> Bool {
        state.change { state in
            guard state.isRunning, !state.isFlushing else { return false }
            state.items.append(item)
            return true
        }
    }

    /// Asks for every frame to go out, and waits until they have. False where a flush or a stop came first.
    func drain() -> Bool {
        let ticket: (number: Int, flushes: Int)? = state.change { state in
            guard state.isRunning, !state.isFlushing else { return nil }
            state.items.append(.drain)
            state.drainsAsked += 1
            return (state.drainsAsked, state.flushes)
        }
        guard let ticket else { return false }
        return state.wait { state in
            if state.drainsDone >= ticket.number { return true }
            return state.isRunning && state.flushes == ticket.flushes ? nil : false
        }
    }

    // MARK: Flush and run

    func start(framesHeld: Int) {
        state.change { state in
            let masks = state.masks
            state = State()
            state.masks = masks
            state.isRunning = true
            state.framesHeld = framesHeld
        }
    }

    func stop() {
        state.change { state in
            state.isRunning = false
            state.items.removeAll()
            state.frames = 0
            counters.framesQueued = 0
        }
    }

    func beginFlush() {
        state.change { state in
            state.isFlushing = true
            state.isFlushPending = true
            state.flushes += 1
            state.items.removeAll { !$0.outlivesFlush }
            state.frames = 0
            counters.framesQueued = 0
            state.drainsDone = state.drainsAsked
            if !state.hasFailed { state.flow = GST_FLOW_OK }
        }
    }

    func endFlush(_ event: EventHandle) {
        state.change { state in
            guard state.isRunning else { return }
            state.isFlushing = false
            state.items.insert(.flushed(event, accepted: state.accepted), at: 0)
        }
    }

    // MARK: The stage's thread

    /// The next item, with the number of flushes before it; nil once the stage is stopped.
    func next() -> (item: StageItem, flushes: Int)? {
        enum Answer {
            case item(StageItem, flushes: Int)
            case stopped
        }
        let answer = state.wait { state -> Answer? in
            guard state.isRunning else { return .stopped }
            guard !state.isFlushing, !state.items.isEmpty else { return nil }
            let item = state.items.removeFirst()
            if case .frame = item {
                state.frames -= 1
                counters.framesQueued = state.frames
            }
            return .item(item, flushes: state.flushes)
        }
        guard case .item(let item, let flushes) = answer else { return nil }
        return (item, flushes)
    }

    /// Ends the answer to one `drain`.
    func drainDone() {
        state.change { $0.drainsDone += 1 }
    }

    /// Notes that the end of a flush has gone out downstream.
    func flushDone(flushes: Int) {
        state.change { state in
            if state.flushes == flushes { state.isFlushPending = false }
        }
    }

    /// Refuses every further frame: the stage cannot go on.
    func fail() {
        state.change { state in
            state.hasFailed = true
            state.flow = GST_FLOW_ERROR
        }
    }

    // MARK: Downstream

    /// Passes on what downstream answered to a frame; what it says in the middle of a flush is about the past.
    func report(_ flow: GstFlowReturn) {
        state.change { state in
            if !state.isFlushPending, !state.hasFailed { state.flow = flow }
        }
    }

    // MARK: What queries ask

    var isLive: Bool {
        get { state.read { $0.isLive } }
        set { state.change { $0.isLive = newValue } }
    }

    /// The stage's part of the latency.
    var latencyNanoseconds: UInt64 { state.read { $0.latencyNanoseconds } }

    /// Frames the stage may hold of its source's pool at once: the filter's, the ring's, and one each in the appsink, in
    /// appsrc's queue and on its way downstream.
    var framesHeld: Int { state.read { $0.framesHeld + limits.frames + 3 } }

    /// Sets what the filter holds; true where the latency is another than before.
    func declare(latencyNanoseconds: UInt64, framesHeld: Int) -> Bool {
        state.change { state in
            state.framesHeld = framesHeld
            defer { state.latencyNanoseconds = latencyNanoseconds }
            return state.latencyNanoseconds != latencyNanoseconds
        }
    }
}
