internal import Daemon
internal import Glibc
internal import MediaGraph
internal import Synchronization

/// One stream's process: plays what the supervisor asks for, tells how it goes, and does what it is asked meanwhile.
///
/// The main thread plays, another one listens to the supervisor. A drain that is asked for, SIGTERM, and the end of the
/// socket end the stream in the same way: everything that went in comes out, and files are completed.
final class Worker: Sendable {
    private struct State {
        var playing: (any StreamPlay)?
        /// How long draining may take, once it is known what is played.
        var stopTimeout: Duration?
        var isDraining = false
    }

    private let reports: WorkerReports
    private let channel: WorkerChannel<WorkerReport, WorkerRequest>
    private let state = Mutex(State())

    init(channel: WorkerChannel<WorkerReport, WorkerRequest>) {
        self.channel = channel
        reports = WorkerReports(channel)
    }

    /// Plays to the end.
    func play() -> ExitStatus {
        Interruption.watch(first: drain, impatient: {}, second: {})
        do {
            let request = try channel.receive()
            if case .check(let id, let stream)? = request { return try check(stream, as: id) }
            guard case .play(let stream)? = request else { return .success }
            state.withLock { $0.stopTimeout = stream.stopTimeout }
            reports.begin(stream)
            try WorkerDoor.open(for: stream)
            try listen()
            return try play(stream)
        } catch let error as PipelineError {
            reports.fail(StreamFault(error))
            reports.progress(of: playing)
            return ExitStatus(error.code)
        } catch let fault as StreamFault {
            reports.fail(fault)
            reports.progress(of: playing)
            return .unavailable
        } catch {
            reports.fail(StreamFault(.pipeline, "\(error)"))
            return .unavailable
        }
    }

    private var playing: (any StreamPlay)? { state.withLock { $0.playing } }

    private func play(_ stream: StreamConfiguration) throws -> ExitStatus {
        if let standIn = stream.standIn {
            let kept = try building(stream) { make in
                KeptPlay(try KeptOutput(showing: standIn, over: stream.earlierFiles, making: make), of: stream, reports)
            }
            if try play(kept) { return .success }
            reports.tell("warning", "on-loss: \(stream.onLoss.rawValue) is for live sources, and this one is none")
        }
        _ = try play(building(stream) { WholePlay(try $0(), over: stream.earlierFiles, reports) })
        return .success
    }

    /// Plays to the end; false where that has to be done in another way.
    private func play(_ playing: any StreamPlay) throws -> Bool {
        let isDraining = state.withLock { state in
            state.playing = playing
            return state.isDraining
        }
        if isDraining { playing.drain() }
        guard try playing.play(tickEvery: ProgressPace.look) else { return false }
        reports.progress(of: playing)
        reports.end()
        // The thread that listens keeps the worker; nothing of GStreamer may outlast the end.
        state.withLock { $0.playing = nil }
        return true
    }

    /// Throws: `PipelineError`; here it is always the pipeline that has to be mended.
    private func building<Play>(
        _ stream: StreamConfiguration, _ build: (@escaping PipelineMaker) throws -> Play
    ) throws -> Play {
        do {
            if let folder = stream.folder, chdir(folder) != 0 {
                throw PipelineError(
                    .notFound, subject: folder, detail: "is no folder that can be entered",
                    underlying: String(cString: strerror(errno)))
            }
            reports.takeLog(of: stream)
            try Stages.register()
            if let list = stream.gstDebug { GStreamer.setLogThresholds(list) }
            return try build(stream.pipelineMaker())
        } catch let error as PipelineError {
            throw error.with(cause: .pipeline)
        }
    }

    /// Builds the stream's pipeline and looks at it, and no more.
    private func check(_ stream: StreamConfiguration, as id: Int) throws -> ExitStatus {
        reports.begin(stream)
        do {
            try building(stream) { try stream.check($0()) }
            reports.answer(id)
        } catch let error as PipelineError where error.code == .notAllowed {
            reports.answer(id, refusal: "\(error)")
        }
        return .success
    }

    // MARK: The supervisor

    private func listen() throws(PipelineError) {
        let hasStarted = startThread { [self] in
            while let request = next() { answer(request) }
            drain()
        }
        guard hasStarted else {
            throw PipelineError(
                .unavailable, subject: "worker", detail: "the system gives no further thread", cause: .element)
        }
    }

    /// The next request that can be understood; nil when the supervisor is gone.
    private func next() -> WorkerRequest? {
        while true {
            do {
                return try channel.receive()
            } catch {
                reports.tell("warning", "\(error)")
            }
        }
    }

    private func answer(_ request: WorkerRequest) {
        switch request {
        case .play, .check:
            reports.tell("warning", "a worker plays one stream only")
        case .drain:
            drain()
        case .set(let id, let element, let property, let value):
            answer(id) { playing in
                try playing.set(property, of: element, to: value)
                return value
            }
        case .graph(let id):
            answer(id) { $0.graph }
        }
    }

    private func answer(_ id: Int, _ body: (any StreamPlay) throws -> String) {
        guard let playing else {
            reports.unready(id)
            return
        }
        do {
            reports.answer(id, value: try body(playing))
        } catch {
            reports.answer(id, refusal: "\(error)")
        }
    }

    // MARK: The end

    /// Ends the stream, once; where that takes too long, the process.
    private func drain() {
        let (first, playing, timeout) = state.withLock { state in
            defer { state.isDraining = true }
            return (!state.isDraining, state.playing, state.stopTimeout)
        }
        guard first else { return }
        guard let timeout else {
            // Nothing is played yet: the main thread waits for the supervisor, and need not any more.
            channel.close()
            return
        }
        let deadline = ContinuousClock.now + timeout
        // Where the system has no thread to give, the supervisor ends a worker that hangs.
        _ = startThread { [reports] in
            while ContinuousClock.now < deadline {
                poll(nil, 0, Int32(clamping: (deadline - ContinuousClock.now).milliseconds + 1))
            }
            reports.fail(StreamFault(.stall, "the stream did not end within \(timeout.seconds.rounded(to: 1)) s"))
            _exit(ExitStatus.inputOutput.rawValue)
        }
        playing?.drain()
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
