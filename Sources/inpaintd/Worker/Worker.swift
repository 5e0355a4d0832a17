internal import Daemon
internal import Glibc
internal import MediaGraph
internal import Synchronization

/// One stream's process: plays what the supervisor asks for, tells how it goes, and does what it is asked meanwhile.
///
/// The main thread plays, another one listens to the supervisor. A drain that is asked for, SIGTERM, and the end of the
/// socket end the stream in the same way: everything that went in comes out, and files are completed.
final class Worker: Sendable {
    private static let progressInterval = Duration.milliseconds(500)

    private struct Playing {
        let pipeline: Pipeline
        let run: PipelineRun
    }

    private struct State {
        var playing: Playing?
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
            guard case .play(let stream)? = try channel.receive() else { return .success }
            state.withLock { $0.stopTimeout = stream.stopTimeout }
            reports.hide(stream.secrets)
            listen()
            return try play(stream)
        } catch let error as PipelineError {
            reports.fail(StreamFault(error))
            reports.progress(of: pipeline)
            return ExitStatus(error.code)
        } catch {
            reports.fail(StreamFault(.pipeline, "\(error)"))
            return .unavailable
        }
    }

    private var pipeline: Pipeline? { state.withLock { $0.playing?.pipeline } }

    private func play(_ stream: StreamConfiguration) throws -> ExitStatus {
        let playing = try build(stream)
        let isDraining = state.withLock { state in
            state.playing = playing
            return state.isDraining
        }
        if isDraining { playing.run.drain() }

        var isLive = false
        let outcome = try playing.run.run(tickEvery: Self.progressInterval) { event in
            if case .started(let live) = event { isLive = live }
            reports.tell(event, of: playing.pipeline)
        }
        reports.progress(of: playing.pipeline)
        if case .endOfStream = outcome, isLive {
            reports.fail(StreamFault(.endOfStream, "the live source ended the stream"))
            return .unavailable
        }
        reports.end()
        return .success
    }

    /// Throws: `PipelineError`; here it is always the pipeline that has to be mended.
    private func build(_ stream: StreamConfiguration) throws -> Playing {
        do {
            if let folder = stream.folder, chdir(folder) != 0 {
                throw PipelineError(
                    .notFound, subject: folder, detail: "is no folder that can be entered",
                    underlying: String(cString: strerror(errno)))
            }
            try Stages.register()
            let pipeline = try Pipeline(stream.pipelineDescription().plan(setting: stream.knobs))
            return Playing(pipeline: pipeline, run: PipelineRun(pipeline, remains: .keptWithFrames))
        } catch let error as PipelineError {
            throw error.with(cause: .pipeline)
        }
    }

    // MARK: The supervisor

    private func listen() {
        let hasStarted = startThread { [self] in
            while let request = next() { answer(request) }
            drain()
        }
        precondition(hasStarted, "a thread to listen to the supervisor can be started")
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
        case .play:
            reports.tell("warning", "a worker plays one stream only")
        case .drain:
            drain()
        case .set(let id, let element, let property, let value):
            answer(id) { pipeline in
                try pipeline.set(property, of: element, to: value)
                return value
            }
        case .graph(let id):
            answer(id) { $0.graph }
        }
    }

    private func answer(_ id: Int, _ body: (Pipeline) throws -> String) {
        guard let pipeline else {
            reports.answer(id, refusal: "the pipeline is not built yet")
            return
        }
        do {
            reports.answer(id, value: try body(pipeline))
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
        playing?.run.drain()
    }
}

extension Duration {
    fileprivate var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
