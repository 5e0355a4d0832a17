internal import CGStreamer
internal import Frames
internal import Synchronization

/// A pipeline whose output stays up while its live input is away, and shows stills meanwhile.
///
/// It is cut in two behind its stages. The output is opened with the first frame and plays to the end; the input is made
/// anew each time it is played. What goes from one to the other goes over relays.
public final class KeptOutput: Sendable {
    /// What the output shows while the input is away.
    public enum StandIn: Sendable {
        /// The last frame.
        case lastFrame
        /// The picture in a file; nil is a plain dark one.
        case slate(String?)
    }

    /// How the input ended.
    public enum InputEnd: Sendable {
        /// It was asked to.
        case drained
        /// It is not live: it ends of itself, and nothing has to stand in for it. The output was never opened.
        case notLive
        /// It said that it has ended, as no live source should.
        case ended
        /// Nothing came for so long.
        case silent(Duration)
        case failed(PipelineError)
    }

    private struct State {
        /// The one that plays, or the first before it has.
        var input: KeptInput?
        var isDraining = false
        /// Why the output is over.
        var failure: PipelineError?
        var outputThread: StageThread?
        /// What the stages of earlier inputs did, and since when the last of them is over.
        var finished: [StageStatistics] = []
        var finishedSince = Timestamp.zero
        /// What was set while it played, for inputs to come.
        var settings: [PipelinePlan.Property] = []
    }

    /// How long nothing may come from an input.
    public struct Silence: Sendable {
        public var atStart: Duration
        public var later: Duration

        public init(atStart: Duration, later: Duration) {
            self.atStart = atStart
            self.later = later
        }
    }

    private let make: @Sendable () throws(PipelineError) -> Pipeline
    private let earlier: PipelineRun.Earlier
    /// What the stages are called in the first input; in others they may have been given other names.
    private let stageNames: [String]
    private let output: Pipeline
    private let outputRun: PipelineRun
    private let gate = OutputGate()
    private let relays: RelaySet
    private let state: Mutex<State>

    /// Builds the pipeline and cuts it.
    ///
    /// - Parameters:
    ///   - earlier: what becomes of recordings that lie where outputs will be written.
    ///   - make: builds the pipeline, each time for another input. Of what follows the stages only the first is ever
    ///     played.
    ///
    /// Throws: `PipelineError` for what cannot be built or cut, and for a slate that is no picture.
    public init(
        showing standIn: StandIn, over earlier: PipelineRun.Earlier,
        making make: @escaping @Sendable () throws(PipelineError) -> Pipeline
    ) throws(PipelineError) {
        self.make = make
        self.earlier = earlier
        let whole = try make()
        try whole.files.check()
        let cut = try PipelineCut(whole)
        stageNames = cut.input.stageElements.map(\.name)
        output = cut.output
        relays = RelaySet(output: cut.output, slate: try Self.slate(of: standIn), gate: gate)
        outputRun = PipelineRun(cut.output, remains: .keptWithFrames, earlier: earlier)
        try relays.link(cut.crossings, into: cut.output.handle)
        try relays.connect(cut)
        cut.output.useSystemClock()
        state = Mutex(State(input: KeptInput(cut.input, names: stageNames, over: earlier)))
    }

    /// Looks whether a pipeline could be kept up, which takes it to pieces, and whether the slate is a picture.
    ///
    /// Throws: `PipelineError` as `init`.
    public static func check(_ pipeline: Pipeline, showing standIn: StandIn) throws(PipelineError) {
        _ = try PipelineCut(pipeline)
        _ = try slate(of: standIn)
    }

    private static func slate(of standIn: StandIn) throws(PipelineError) -> SlatePicture? {
        guard case .slate(let path) = standIn else { return nil }
        let slate = SlatePicture(path: path)
        try slate.check()
        return slate
    }

    /// Ends the stream at the sources, now and for good; what is held comes out.
    public func drain() {
        let input = state.withLock { state in
            state.isDraining = true
            return state.input
        }
        input?.run.drain()
    }

    /// Plays the input, the first or another one, until it ends. The output stays as it is.
    ///
    /// Throws: `PipelineError` where the output failed, or an input cannot be made.
    public func playInput(
        silence: Silence, tickEvery interval: Duration, report: @escaping @Sendable (PipelineEvent) -> Void
    ) throws(PipelineError) -> InputEnd {
        let input = try nextInput()
        try startOutput(tickEvery: interval, report)
        let began = MonotonicClock.now
        var isLive = true
        var silent: Duration?
        defer { finish(input) }
        do throws(PipelineError) {
            if state.withLock({ $0.isDraining }) { input.run.drain() }
            let outcome = try input.run.run(tickEvery: interval) { event in
                switch event {
                case .started(let live):
                    isLive = live
                    gate.inputStarted(isLive: live)
                    if live { report(event) } else { input.run.fail(Self.over) }
                case .tick:
                    report(event)
                    silent = input.silence(since: began, beyond: silence)
                    if silent != nil { input.run.fail(Self.over) }
                case .failed: break
                default: report(event)
                }
            }
            if case .endOfStream = outcome { return .ended }
            return .drained
        } catch {
            try check()
            if !isLive { return .notLive }
            return silent.map(InputEnd.silent) ?? .failed(error)
        }
    }

    /// Ends the run of an input for a reason that its end tells.
    private static let over = PipelineError(.unavailable, subject: "input", detail: "it is over")

    /// Ends the output's stream, and waits until all of it is out.
    ///
    /// Throws: `PipelineError` where the output failed.
    public func end() throws(PipelineError) {
        if gate.settle() { relays.end() }
        let thread = state.withLock { state in
            defer { state.outputThread = nil }
            return state.outputThread
        }
        thread?.join()
        try check()
    }

    /// Throws: `PipelineError` where the output has failed.
    public func check() throws(PipelineError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }

    // MARK: The input

    /// The input that was made with the output, or another one like it.
    private func nextInput() throws(PipelineError) -> KeptInput {
        let (first, settings) = state.withLock { ($0.input, $0.settings) }
        if let first { return first }
        let cut = try PipelineCut(make())
        try relays.connect(cut)
        let input = KeptInput(cut.input, names: stageNames, over: earlier)
        for setting in settings { try input.set(setting.name, of: setting.element, to: setting.value) }
        state.withLock { $0.input = input }
        return input
    }

    private func finish(_ input: KeptInput) {
        relays.lose()
        let stages = input.stages
        state.withLock { state in
            state.finished = stages.map { stage in
                state.finished.first { $0.element == stage.element }.map(stage.adding) ?? stage
            }
            state.finishedSince = MonotonicClock.now
            state.input = nil
        }
    }

    // MARK: The output

    /// Starts the thread that opens the output with the first frame, and plays it.
    private func startOutput(
        tickEvery interval: Duration, _ report: @escaping @Sendable (PipelineEvent) -> Void
    ) throws(PipelineError) {
        guard state.withLock({ $0.outputThread == nil }) else { return }
        let thread = StageThread(named: "output") { [self] in
            guard gate.untilWanted(), let stills = StageThread(named: "stills", relays.standIn) else { return }
            playOutput(tickEvery: interval, report)
            relays.stop()
            stills.join()
        }
        guard let thread else {
            throw PipelineError(.unavailable, subject: output.name, detail: "the system gives no further thread")
        }
        state.withLock { $0.outputThread = thread }
    }

    private func playOutput(tickEvery interval: Duration, _ report: (PipelineEvent) -> Void) {
        do throws(PipelineError) {
            _ = try outputRun.run(tickEvery: interval) { event in
                switch event {
                case .started: gate.open()
                case .tick, .draining, .failed: break
                default: report(event)
                }
            }
            gate.close()
        } catch {
            gate.close()
            let input = state.withLock { state in
                state.failure = error
                return state.input
            }
            input?.run.fail(error)
        }
    }
}

// MARK: - What can be asked while it plays

extension KeptOutput {
    /// Whether the output is there: it is from the first frame on.
    public var isUp: Bool { gate.isOpen }

    /// Whether the source is away, and stills leave instead of its frames.
    public var isSourceAway: Bool { relays.isSourceAway }

    /// What the stages did, over all inputs; the first says what stood in besides.
    public var stages: [StageStatistics] {
        let (input, finished, since) = state.withLock { ($0.input, $0.finished, $0.finishedSince) }
        var stages =
            input.map { input in
                input.stages.map { stage in
                    finished.first { $0.element == stage.element }.map(stage.adding) ?? stage
                }
            } ?? finished.map { $0.later(by: MonotonicClock.now.elapsed(since: since)) }
        stages.sort { $0.element < $1.element }
        let counts = relays.counts
        if !stages.isEmpty {
            stages[0].add(counts.stoodIn, to: .framesStoodIn)
            stages[0].add(counts.superseded, to: .framesSuperseded)
        }
        return stages
    }

    /// Sets a property of an element; as `Pipeline.set`, and for all inputs to come.
    public func set(_ property: String, of element: String, to value: String) throws(PipelineError) {
        let input = state.withLock { $0.input }
        if output.handle.element(named: element) != nil { return try output.set(property, of: element, to: value) }
        guard let input else {
            throw PipelineError(.unavailable, subject: output.name, detail: "the input is away: try again later")
        }
        try input.set(property, of: element, to: value)
        state.withLock { state in
            state.settings.removeAll { $0.element == element && $0.name == property }
            state.settings.append(
                PipelinePlan.Property(element: element, name: property, value: value, place: output.name))
        }
    }

    /// The input, if it is there, and the output, a graph each in the DOT language.
    public var graph: String {
        (state.withLock { $0.input?.pipeline.graph } ?? "") + output.graph
    }
}
