/// One stream's life: what is done about what happens to it. A pure value, told the time and the chance.
///
/// A worker is started; its frames make the stream run; a fault, silence or its death end it, and the schedule says
/// when the next one comes. The life never touches a process: it answers every input with the actions to take.
///
/// Units: times are since some beginning, the same for all inputs.
public struct StreamLife: Sendable {
    public enum Input: Sendable {
        case start
        /// Drain it, and do not start it again.
        case stop
        case report(WorkerReport)
        /// The worker's process is gone; how it went, one line.
        case exited(String)
        /// It could not be started; why.
        case unstartable(String)
        /// The time that `deadline` asked for has come.
        case tick
    }

    public enum Action: Hashable, Sendable {
        case launch
        /// Ask the worker to drain.
        case drain
        /// End the worker's process at once.
        case kill
        case tell(event: String, detail: String)
    }

    private enum Phase {
        /// No worker, and none is due.
        case idle
        /// No worker until that time.
        case waiting(until: Duration)
        /// A worker that has shown no frame yet.
        case launching(since: Duration)
        case playing
        /// A worker that has been told to end, or has said that it will.
        case ending(deadline: Duration)
        /// A worker that has been killed.
        case dying(since: Duration)
    }

    /// What comes after the worker that ends.
    private enum Next {
        case idle(StreamState)
        case restart(StreamFault)
        case replay(notBefore: Duration)
    }

    /// A file's frames may come in bursts, and its sink may make it wait: it counts as stalled so much later.
    private static let patienceWithFiles = 12
    /// By how much what is due may be late on a busy machine.
    private static let grace = Duration.seconds(5)
    /// How long the system may take to end a process that was killed.
    private static let longestDeath = Duration.seconds(60)
    /// A file that is played again and again is begun so often at most.
    private static let shortestPlay = Duration.seconds(1)
    /// A tick that comes so long after its time was kept from coming.
    private static let oversleep = Duration.seconds(2)

    public var configuration: StreamConfiguration
    public private(set) var state = StreamState.stopped
    /// When it took its state.
    public private(set) var since: Duration
    public private(set) var isLive: Bool?
    public private(set) var restarts: [StreamFault.Reason: Int] = [:]
    public private(set) var lastFault: StreamFault?
    public private(set) var progress: WorkerProgress?
    /// What workers did that are gone.
    private var finished: [StageTotals] = []

    private var phase = Phase.idle
    /// When the worker was started that is there now, or was there last.
    private var launched = Duration.zero
    private var next = Next.idle(.stopped)
    private var schedule = RestartSchedule()
    /// When frames moved last, and since when they have moved without a stall.
    private var lastMove = Duration.zero
    private var wellSince: Duration?

    public init(_ configuration: StreamConfiguration, at now: Duration) {
        self.configuration = configuration
        since = now
    }

    /// What its stages did, over all workers.
    public var stages: [StageTotals] {
        var all = finished
        if let progress { all.add(progress) }
        return all
    }

    /// Whether a worker is there.
    public var hasWorker: Bool {
        switch phase {
        case .idle, .waiting: false
        case .launching, .playing, .ending, .dying: true
        }
    }

    /// When the next `tick` is due; nil for never.
    public var deadline: Duration? {
        switch phase {
        case .idle, .dying: nil
        case .waiting(let until): until
        case .launching(let since): since + configuration.startTimeout
        case .playing:
            min(lastMove + stallTimeout, wellSince.map { $0 + configuration.recovery } ?? .seconds(1 << 40))
        case .ending(let deadline): deadline
        }
    }

    /// Whether all was done that was due by now, or a little later: a state that outlasts its limit, a stream that runs
    /// without frames and is not ended, says that nobody looks after it any more.
    public func isOnSchedule(at now: Duration) -> Bool {
        if case .dying(let since) = phase { return now <= since + Self.longestDeath }
        return deadline.map { now <= $0 + Self.grace } ?? true
    }

    /// When the next worker is due; nil where none is.
    public var nextAttempt: Duration? {
        if case .waiting(let until) = phase { until } else { nil }
    }

    public mutating func handle(_ input: Input, at now: Duration, chance: Double) -> [Action] {
        switch input {
        case .start: start(now)
        case .stop: stop(now)
        case .report(let report): take(report, now)
        case .exited(let how): exited(how, now, chance)
        case .unstartable(let why): unstartable(why, now, chance)
        case .tick: tick(now)
        }
    }

    // MARK: Inputs

    private mutating func start(_ now: Duration) -> [Action] {
        switch phase {
        case .idle, .waiting:
            schedule.reset()
            return launch(now)
        case .launching, .playing: return []
        case .ending, .dying:
            // Not before the old worker has let go of its outputs.
            if case .idle = next { next = .replay(notBefore: now) }
            return []
        }
    }

    private mutating func stop(_ now: Duration) -> [Action] {
        next = .idle(.stopped)
        switch phase {
        case .idle, .waiting:
            let isNews = state != .stopped
            phase = .idle
            enter(.stopped, now)
            return isNews ? [.tell(event: state.rawValue, detail: "it is not started again")] : []
        case .launching, .playing: return end(now, with: [.drain])
        case .ending, .dying: return []
        }
    }

    private mutating func take(_ report: WorkerReport, _ now: Duration) -> [Action] {
        switch report {
        case .started(let isLive):
            self.isLive = isLive
            lastMove = now
            return [.tell(event: "started", detail: isLive ? "live" : "not live")]
        case .progress(let progress): return take(progress, now)
        case .event(let name, let detail): return [.tell(event: name, detail: detail)]
        case .fault(let fault): return fail(fault, now, with: [])
        case .lost(let fault): return lose(fault)
        case .ended: return ended(now)
        case .answer, .unready: return []
        }
    }

    private mutating func take(_ new: WorkerProgress, _ now: Duration) -> [Action] {
        let moved = new.hasMoved(since: progress)
        progress = new
        if let excess = excess(of: new) { return fail(excess, now, with: [.drain]) }
        guard moved else { return [] }
        lastMove = now
        switch phase {
        case .launching:
            phase = .playing
            wellSince = now
        case .playing: break
        case .idle, .waiting, .ending, .dying: return []
        }
        let old = state
        enter(new.isSourceLost ? .degraded : .running, now)
        if new.isSourceLost { wellSince = nil } else if wellSince == nil { wellSince = now }
        return state == old ? [] : [.tell(event: state.rawValue, detail: "frames come out")]
    }

    /// The fault of a worker that has more memory in use than it may, where nothing ends it yet.
    private func excess(of progress: WorkerProgress) -> StreamFault? {
        guard let limit = configuration.memoryLimit, progress.residentMemory > limit else { return nil }
        switch phase {
        case .launching, .playing:
            return StreamFault(
                .memory, "\(progress.residentMemory >> 20) MiB in use, and memory-limit is \(limit >> 20) MiB")
        case .idle, .waiting, .ending, .dying: return nil
        }
    }

    /// The worker starts its source again, which counts as much as if it had been started again itself.
    private mutating func lose(_ fault: StreamFault) -> [Action] {
        lastFault = fault
        restarts[fault.reason, default: 0] += 1
        return [.tell(event: "fault", detail: "\(fault.reason.rawValue): \(fault.detail)")]
    }

    private mutating func ended(_ now: Duration) -> [Action] {
        if case .ending = phase { return [] }
        if isLive == true { return fail(StreamFault(.endOfStream, "the live source ended"), now, with: []) }
        let isRepeated = configuration.restart == .always
        next = isRepeated ? .replay(notBefore: launched + Self.shortestPlay) : .idle(.stopped)
        return end(now, with: [.tell(event: "ended", detail: "the end of the file")])
    }

    private mutating func exited(_ how: String, _ now: Duration, _ chance: Double) -> [Action] {
        if let progress { finished.add(progress.settled) }
        progress = nil
        switch phase {
        case .launching, .playing: return fail(StreamFault(.crash, how), now, with: []) + settle(now, chance)
        case .idle, .waiting, .ending, .dying: return settle(now, chance)
        }
    }

    private mutating func unstartable(_ why: String, _ now: Duration, _ chance: Double) -> [Action] {
        fail(StreamFault(.crash, why), now, with: []) + settle(now, chance)
    }

    private mutating func tick(_ now: Duration) -> [Action] {
        guard let deadline, now >= deadline else { return [] }
        guard now - deadline < Self.oversleep else {
            overslept(now)
            return []
        }
        switch phase {
        case .idle, .dying: return []
        case .waiting: return launch(now)
        case .launching:
            let waited = configuration.startTimeout
            return fail(StreamFault(.start, "no frame within \(waited.inWords) of the start"), now, with: [.drain])
        case .playing:
            guard now >= lastMove + stallTimeout else {
                schedule.reset()
                wellSince = nil
                return []
            }
            return fail(StreamFault(.stall, "no frame for \(stallTimeout.inWords)"), now, with: [.drain])
        case .ending:
            phase = .dying(since: now)
            return [
                .tell(event: "killed", detail: "it did not end within \(configuration.stopTimeout.inWords)"), .kill,
            ]
        }
    }

    /// Gives the worker its time anew: what it told while this process, or the whole machine, was stopped is still to
    /// be read.
    private mutating func overslept(_ now: Duration) {
        switch phase {
        case .idle, .dying: break
        case .waiting: phase = .waiting(until: now)
        case .launching: phase = .launching(since: now)
        case .playing:
            lastMove = now
            if wellSince != nil { wellSince = now }
        case .ending: phase = .ending(deadline: now + configuration.stopTimeout)
        }
    }

    // MARK: Steps

    private mutating func launch(_ now: Duration) -> [Action] {
        phase = .launching(since: now)
        launched = now
        next = .idle(.stopped)
        isLive = nil
        wellSince = nil
        enter(.starting, now)
        return [.launch]
    }

    private mutating func end(_ now: Duration, with actions: [Action]) -> [Action] {
        phase = .ending(deadline: now + configuration.stopTimeout)
        return actions
    }

    /// Notes a fault, and what comes after it.
    private mutating func fail(_ fault: StreamFault, _ now: Duration, with actions: [Action]) -> [Action] {
        // A stream that is being stopped, or has failed already, has its next step.
        if case .ending = phase { return fail(fault, whileEndingFor: next, now) }
        if case .dying = phase { return [] }
        lastFault = fault
        let isFinal = fault.reason == .pipeline || configuration.restart == .never
        next = isFinal ? .idle(.failed) : .restart(fault)
        return end(now, with: [.tell(event: "fault", detail: "\(fault.reason.rawValue): \(fault.detail)")] + actions)
    }

    /// Tells what goes wrong at the end, where it is more than the echo of the fault that brought the end.
    private mutating func fail(_ fault: StreamFault, whileEndingFor next: Next, _ now: Duration) -> [Action] {
        if fault.reason == .stall {
            // The worker was faster than the deadline here.
            phase = .dying(since: now)
            return [.tell(event: "killed", detail: fault.detail), .kill]
        }
        switch next {
        case .restart, .idle(.failed): return []
        case .idle, .replay: return [.tell(event: "warning", detail: "it did not end well: \(fault.detail)")]
        }
    }

    /// Goes on to what comes after the worker that is gone.
    private mutating func settle(_ now: Duration, _ chance: Double) -> [Action] {
        switch next {
        case .idle(let last):
            phase = .idle
            enter(last, now)
            return [.tell(event: last.rawValue, detail: last == .failed ? "it is not started again" : "it has ended")]
        case .replay(let earliest):
            guard now < earliest else { return launch(now) }
            phase = .waiting(until: earliest)
            enter(.starting, now)
            return []
        case .restart(let fault):
            let delay = schedule.next(of: configuration.restartDelays, chance: chance)
            phase = .waiting(until: now + delay)
            restarts[fault.reason, default: 0] += 1
            enter(.retrying, now)
            return [
                .tell(event: "retrying", detail: "in \(delay.inWords), attempt \(schedule.attempts)")
            ]
        }
    }

    private mutating func enter(_ new: StreamState, _ now: Duration) {
        guard new != state else { return }
        state = new
        since = now
    }

    private var stallTimeout: Duration {
        isLive == true ? configuration.stallTimeout : configuration.stallTimeout * Self.patienceWithFiles
    }
}

extension WorkerProgress {
    /// Whether frames went in or came out since an earlier look, or stills did in their place.
    fileprivate func hasMoved(since earlier: WorkerProgress?) -> Bool {
        stages.contains { stage in
            let before = earlier?.stages.first { $0.element == stage.element }?.counters ?? [:]
            return ["frames-in", "frames-out", "frames-stood-in"].contains {
                stage.counters[$0, default: 0] > before[$0, default: 0]
            }
        }
    }
}

extension Duration {
    /// As a person would say it, to a tenth of a second.
    var inWords: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
}
