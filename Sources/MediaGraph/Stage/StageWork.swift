internal import CGStreamer
internal import Frames

/// The work of one run: takes what came in, drives the filter, hands on what it finished. It lives on the stage's one
/// thread.
///
/// An event keeps its place: it leaves when every frame that came in before it has left.
final class StageWork {
    private enum Held {
        case frame(BufferStorage)
        case event(EventHandle)
    }

    private let filter: any FrameFilter
    private let inbox: StageInbox
    private let output: StageOutput
    private let counters: StageCounters
    private let report: (StageReport) -> Void
    /// Frames that had left or been flushed before this run.
    private let goneBefore: UInt64

    private var stream: (layout: FrameLayout, isLive: Bool)?
    private var continuity = Continuity()
    /// Frames the filter has, and the events between them, in their order.
    private var held: [Held] = []
    private var heldFrames = 0
    /// Whether the filter has seen a frame since it last forgot everything.
    private var hasPast = false
    private var longestFrame: Timestamp?
    private var latency = LatencyMeter()
    private var hasFailed = false

    init(
        filter: any FrameFilter, inbox: StageInbox, output: StageOutput, counters: StageCounters,
        report: @escaping (StageReport) -> Void
    ) {
        self.filter = filter
        self.inbox = inbox
        self.output = output
        self.counters = counters
        self.report = report
        goneBefore = counters[.framesOut] + counters[.framesFlushed]
    }

    /// Works until the stage is stopped.
    func run() {
        while let (item, flushes) = inbox.next() {
            do {
                try handle(item, flushes: flushes)
            } catch {
                fail(error)
                // What comes with the item still goes on, so that nobody waits for it.
                passOn(item)
            }
        }
    }

    private func handle(_ item: StageItem, flushes: Int) throws {
        if case .flushed(let event, let accepted) = item {
            endFlush(event, accepted: accepted, flushes: flushes)
            return
        }
        guard !hasFailed else {
            passOn(item)
            return
        }
        switch item {
        case .frame(let frame):
            try take(frame, flushes: flushes)
        case .caps(let event, let layout, let isLive):
            try change(to: layout, isLive: isLive)
            push(event)
        case .event(let event):
            push(event)
        case .endOfStream(let event):
            try finish()
            continuity.reset()
            push(event)
        case .drain:
            try finish()
            output.pushDrain()
        case .flushed:
            break
        }
    }

    // MARK: Frames

    private func take(_ frame: StageFrame, flushes: Int) throws {
        guard let layout = stream?.layout else { return }
        let isContinuous = continuity.continues(
            pts: frame.pts, duration: frame.duration, frameDuration: layout.frameDuration,
            flagged: frame.isDiscontinuous)
        if !isContinuous { try finish() }
        if layout.frameDuration == nil, let duration = frame.duration, longestFrame.map({ duration > $0 }) ?? true {
            longestFrame = duration
            expectLatency()
        }
        let (mask, isLate) = inbox.mask(
            for: frame, frameDuration: layout.frameDuration, tolerance: filter.maskTolerance,
            isPatient: filter.waitsForMasks, flushes: flushes)
        held.append(.frame(frame.storage))
        heldFrames += 1
        hasPast = true
        try filter.send(
            Frame(
                layout: layout, pts: frame.pts, duration: frame.duration, arrival: frame.arrival,
                storage: frame.storage, isMaskLate: isLate, objects: frame.storage.objects),
            mask: mask)
        try receiveAll(after: frame)
    }

    /// Hands on every finished frame; `newest` is the one whose coming finished them, if it was one.
    private func receiveAll(after newest: StageFrame? = nil) throws {
        while let frame = try filter.receive() {
            guard case .frame(let storage)? = held.first, storage === frame.storage else {
                preconditionFailure("a filter gives frames back in the order in which it got them")
            }
            held.removeFirst()
            heldFrames -= 1
            if let rung = frame.rung { storage.mark(rung) }
            if let arrival = frame.arrival { counters.add(MonotonicClock.now.elapsed(since: arrival), to: .latency) }
            if let newest { measureLatency(since: newest.arrival) }
            if let buffer = storage.take() { output.push(buffer) }
            pushLeadingEvents()
        }
    }

    /// Gets every frame out and lets the filter forget the past.
    private func finish() throws {
        guard hasPast else { return }
        try filter.drain()
        try receiveAll()
        precondition(heldFrames == 0, "a drained filter holds no frame")
        filter.flush()
        hasPast = false
    }

    private func change(to layout: FrameLayout, isLive: Bool) throws {
        if let stream, stream == (layout, isLive) { return }
        try finish()
        try filter.configure(layout, isLive: isLive)
        stream = (layout, isLive)
        counters.pictureSize = (layout.width, layout.height)
        longestFrame = nil
        latency = LatencyMeter()
        expectLatency()
    }

    // MARK: Latency

    /// The length of a frame: what the caps say, else the longest duration a frame has had.
    private var frameLength: Timestamp { stream?.layout.frameDuration ?? longestFrame ?? .zero }

    /// Declares what the filter expects, in frames.
    private func expectLatency() {
        latency.expect(frameLength.repeated(filter.latencyFrames), within: budget)
        declareLatency()
    }

    /// Declares what live frames really take: the filter's delay, and from the arrival of the frame that ended it to now.
    private func measureLatency(since arrival: Timestamp) {
        guard stream?.isLive == true else { return }
        let now = MonotonicClock.now
        let taken = frameLength.repeated(filter.delay).advanced(by: now.elapsed(since: arrival))
        latency.measure(taken, at: now, within: budget)
        declareLatency()
    }

    private var budget: Timestamp? { stream?.isLive == true ? filter.latencyBudget : nil }

    private func declareLatency() {
        let isNew = inbox.declare(latencyNanoseconds: latency.declared.nanoseconds, framesHeld: filter.delay + 1)
        if isNew { report(.latencyChanged) }
    }

    // MARK: Events

    private func push(_ event: EventHandle) {
        if heldFrames == 0 {
            output.push(event)
        } else {
            held.append(.event(event))
        }
    }

    private func pushLeadingEvents() {
        while case .event(let event)? = held.first {
            held.removeFirst()
            output.push(event)
        }
    }

    private func endFlush(_ event: EventHandle, accepted: UInt64, flushes: Int) {
        if hasPast { filter.flush() }
        hasPast = false
        continuity.reset()
        output.endFlush(event)
        dropHeld().filter(\.outlivesFlush).forEach(output.push)
        let gone = counters[.framesOut] + counters[.framesFlushed] - goneBefore
        if accepted > gone { counters.add(Int(accepted - gone), to: .framesFlushed) }
        inbox.flushDone(flushes: flushes)
    }

    /// Lets go of every frame held; returns the events between them.
    private func dropHeld() -> [EventHandle] {
        defer {
            held.removeAll()
            heldFrames = 0
        }
        return held.compactMap { if case .event(let event) = $0 { event } else { nil } }
    }

    // MARK: Failure

    private func fail(_ error: any Error) {
        hasFailed = true
        // First the error, then the refusal: upstream posts a vaguer error of its own when it hears of that.
        report(.failed(error))
        inbox.fail()
        dropHeld().forEach(output.push)
    }

    /// After a failure frames go no further; the rest does.
    private func passOn(_ item: StageItem) {
        switch item {
        case .frame, .flushed: break
        case .caps(let event, _, _), .event(let event), .endOfStream(let event): output.push(event)
        case .drain: output.pushDrain()
        }
    }
}

/// What the stage's thread tells the bin.
enum StageReport {
    case latencyChanged
    case noticed(String)
    case failed(any Error)
}
