internal import CGStreamer
internal import Frames
internal import Synchronization

/// The stage's way out: appsrc's queue and thread, and the pad behind them.
///
/// appsrc rewrites what it is given (its own stream-start, segment and end of stream, new sequence numbers). So events
/// ride through its queue as sealed custom events, in their place among the buffers, and are opened on the pad behind
/// it; whatever appsrc made up itself goes no further. What leaves is what came in.
final class StageOutput: @unchecked Sendable {  // Sendable because a lock or appsrc's thread guards all
    private static let letterName = "inpaintd-stage-event"
    private static let drainName = "inpaintd-stage-drain"
    private static let eventField = "event"

    private let appsrc: ObjectHandle
    private let inbox: StageInbox
    private let counters: StageCounters
    /// The bin's source pad. Not owned: it belongs to the bin, which outlives every call on it.
    private let pad: UnsafeMutablePointer<GstPad>

    private struct State {
        /// Whether the run's first buffer was flagged as a discontinuity when it came in; nil until it is sent.
        var firstWasDiscontinuous: Bool?
        var firstHasLeft = false
        /// Events in appsrc's queue that a flush must not lose.
        var sticky: [EventHandle] = []
        /// While the run ends, the flush that wakes appsrc stays inside.
        var isClosing = false
    }
    private let state = Mutex(State())

    // Touched by appsrc's thread alone.
    private var packing: BufferPacking?

    init(
        appsrc: ObjectHandle, pad: UnsafeMutablePointer<GstPad>, inbox: StageInbox, counters: StageCounters
    ) {
        self.appsrc = appsrc
        self.pad = pad
        self.inbox = inbox
        self.counters = counters
    }

    // MARK: The stage's thread

    func start() {
        state.withLock { $0 = State() }
    }

    /// Queues a frame's buffer, waiting while downstream is behind.
    func push(_ buffer: UnsafeMutablePointer<GstBuffer>) {  // transfer full
        state.withLock { state in
            if state.firstWasDiscontinuous == nil {
                state.firstWasDiscontinuous = media_buffer_has_flag(buffer, GST_BUFFER_FLAG_DISCONT) != 0
            }
        }
        // A refusal means a flush or a stop, and both count the frames they find missing.
        gst_app_src_push_buffer(appsrc.pointer(), buffer)
    }

    /// Queues an event behind the frames before it.
    func push(_ event: EventHandle) {
        guard let letter = gst_structure_new_empty(Self.letterName) else { return }
        if event.outlivesFlush { state.withLock { $0.sticky.append(event) } }
        var value = GValue()
        g_value_init(&value, media_type_event())
        g_value_set_boxed(&value, event.pointer)
        gst_structure_take_value(letter, Self.eventField, &value)
        send(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, letter))
    }

    /// Queues the end of a drain behind the frames before it.
    func pushDrain() {
        guard let marker = gst_structure_new_empty(Self.drainName) else { return }
        send(gst_event_new_custom(GST_EVENT_CUSTOM_DOWNSTREAM, marker))
    }

    /// Empties appsrc's queue and lets downstream go on.
    func endFlush(_ event: EventHandle) {
        state.withLock { state in
            if !state.firstHasLeft { state.firstWasDiscontinuous = nil }
        }
        send(event.retained())
        let lost = state.withLock { state in
            defer { state.sticky.removeAll() }
            return state.sticky
        }
        lost.forEach(push)
    }

    // MARK: Other threads

    /// Stops downstream and wakes whoever waits in appsrc.
    func beginFlush(_ event: EventHandle) {
        send(event.retained())
    }

    /// Wakes the stage's thread where it waits in appsrc, for the end of the run; downstream sees nothing of it.
    func close() {
        state.withLock { $0.isClosing = true }
        send(gst_event_new_flush_start())
    }

    private func send(_ event: UnsafeMutablePointer<GstEvent>?) {  // transfer full
        gst_element_send_event(appsrc.pointer(), event)
    }

    // MARK: Behind appsrc

    /// Handles what appsrc sends: opens the sealed events, forwards flushes, keeps back what appsrc made up.
    func receive(_ event: UnsafeMutablePointer<GstEvent>) -> Bool {  // transfer full
        let handle = EventHandle(adopting: event)
        switch media_event_type(event) {
        case GST_EVENT_FLUSH_START, GST_EVENT_FLUSH_STOP:
            if !state.withLock({ $0.isClosing }) { gst_pad_push_event(pad, handle.retained()) }
        case GST_EVENT_CUSTOM_DOWNSTREAM:
            open(handle)
        default:
            break
        }
        return true
    }

    private func open(_ letter: EventHandle) {
        guard let structure = gst_event_get_structure(letter.pointer) else { return }
        if gst_structure_has_name(structure, Self.drainName) != 0 {
            let query = gst_query_new_drain()  // transfer full
            gst_pad_peer_query(pad, query)
            gst_query_unref(query)
            inbox.drainDone()
            return
        }
        guard let value = gst_structure_get_value(structure, Self.eventField), let boxed = g_value_get_boxed(value)
        else { return }
        let event = EventHandle(retaining: boxed.assumingMemoryBound(to: GstEvent.self))
        if event.outlivesFlush {
            state.withLock { state in
                if let index = state.sticky.firstIndex(where: { $0.pointer == event.pointer }) {
                    state.sticky.remove(at: index)
                }
            }
        }
        gst_pad_push_event(pad, event.retained())
        if media_event_type(event.pointer) == GST_EVENT_CAPS {
            packing = BufferPacking(capsEvent: event, pad: pad)
        }
    }

    /// Pushes a frame downstream.
    func receive(_ buffer: UnsafeMutablePointer<GstBuffer>) -> GstFlowReturn {  // transfer full
        var buffer = buffer
        let isFlaggedByMistake = state.withLock { state -> Bool in
            defer { state.firstHasLeft = true }
            return !state.firstHasLeft && state.firstWasDiscontinuous == false
        }
        if isFlaggedByMistake {
            // basesrc flags the first buffer it pushes; the source had not.
            buffer = media_buffer_make_writable(buffer)  // transfer full both ways
            media_buffer_clear_flag(buffer, GST_BUFFER_FLAG_DISCONT)
        }
        if gst_pad_check_reconfigure(pad) != 0 { packing?.ask(pad) }
        if let packing { buffer = packing.packed(buffer) }
        let flow = gst_pad_push(pad, buffer)
        if flow == GST_FLOW_OK {
            counters.add(to: .framesOut)
            counters.lastLeft = MonotonicClock.now
        }
        inbox.report(flow)
        // appsrc goes on whatever downstream says, so that the stage's thread never waits in vain; upstream is told.
        return GST_FLOW_OK
    }
}
