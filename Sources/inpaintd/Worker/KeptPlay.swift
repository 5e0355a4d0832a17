internal import Daemon
internal import Frames
internal import MediaGraph

/// A stream whose output is kept up while its source is away: the source is started again by the schedule by which a
/// whole stream would be.
final class KeptPlay: StreamPlay {
    private let output: KeptOutput
    private let reports: WorkerReports
    private let stream: StreamConfiguration
    private let isDraining = Monitor(false)

    init(_ output: KeptOutput, of stream: StreamConfiguration, _ reports: WorkerReports) {
        self.output = output
        self.stream = stream
        self.reports = reports
    }

    func play(tickEvery interval: Duration) throws -> Bool {
        let silence = KeptOutput.Silence(atStart: stream.startTimeout, later: stream.stallTimeout)
        var schedule = RestartSchedule()
        while !isDraining.read({ $0 }) {
            let began = ContinuousClock.now
            let end = try output.playInput(silence: silence, tickEvery: interval) { [self] event in
                reports.tell(event, of: self)
            }
            guard let fault = fault(of: end) else {
                if case .notLive = end { return false }
                break
            }
            // A stream that has never shown anything has nothing to keep up.
            guard output.isUp else { throw fault }
            if ContinuousClock.now - began >= stream.recovery { schedule.reset() }
            let delay = schedule.next(of: stream.restartDelays, chance: .random(in: 0...1))
            reports.lose(fault)
            reports.tell("retrying", "the source, in \(delay.inSeconds), attempt \(schedule.attempts)")
            try wait(delay, tickEvery: interval)
        }
        try output.end()
        return true
    }

    func drain() {
        isDraining.change { $0 = true }
        output.drain()
    }

    private func fault(of end: KeptOutput.InputEnd) -> StreamFault? {
        switch end {
        case .drained, .notLive: nil
        case .ended: .endOfLiveSource
        case .silent(let length): StreamFault(.stall, "no frame for \(length.inSeconds)")
        case .failed(let error): StreamFault(error)
        }
    }

    /// Waits before the next attempt, or for a drain.
    ///
    /// Throws: `PipelineError` where the output fails meanwhile.
    private func wait(_ delay: Duration, tickEvery interval: Duration) throws {
        let deadline = ContinuousClock.now + delay
        while ContinuousClock.now < deadline, !isDraining.read({ $0 }) {
            try output.check()
            reports.tick(of: self)
            let nap = max(.zero, min(interval, deadline - ContinuousClock.now))
            let end = MonotonicClock.now.nanoseconds + UInt64(nap / .nanoseconds(1))
            isDraining.wait(until: { isDraining, now in
                isDraining || now >= end ? .done(()) : .wait(deadline: end)
            })
        }
    }

    // MARK: What can be asked meanwhile

    var stages: [StageStatistics] { output.stages }
    var isSourceLost: Bool { output.isSourceAway }
    func set(_ property: String, of element: String, to value: String) throws {
        try output.set(property, of: element, to: value)
    }
    var graph: String { output.graph }
}

extension Duration {
    fileprivate var inSeconds: String { "\(seconds.rounded(to: 1)) s" }
}

extension StreamConfiguration {
    /// What the output shows while the source is away; nil where it ends then.
    var standIn: KeptOutput.StandIn? {
        switch onLoss {
        case .stop: nil
        case .hold: .lastFrame
        case .slate: .slate(slate)
        }
    }
}
