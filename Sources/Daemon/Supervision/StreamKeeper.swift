internal import Synchronization

/// Keeps one stream: does what its life asks for, with real processes and the real time.
actor StreamKeeper {
    private var life: StreamLife
    private let command: [String]
    private let routes: RTSPRoutes
    private let tell: @Sendable (_ event: String, _ detail: String) -> Void
    private let birth = ContinuousClock.now

    private var worker: WorkerProcess?
    private var alarm: Task<Void, Never>?
    /// Whether it is never to be started again.
    private var isOver = false
    /// Who waits for an answer of the worker.
    private var questions: [Int: CheckedContinuation<Result<String, ControlError>, Never>] = [:]
    private var questionCount = 0
    /// Who waits for the stream to have no worker.
    private var mourners: [CheckedContinuation<Void, Never>] = []

    /// - Parameters:
    ///   - command: starts a worker.
    ///   - routes: learn where its RTSP clients go.
    ///   - tell: takes what happens, a line each.
    init(
        _ configuration: StreamConfiguration, command: [String], routes: RTSPRoutes,
        tell: @escaping @Sendable (_ event: String, _ detail: String) -> Void
    ) {
        life = StreamLife(configuration, at: .zero)
        self.command = command
        self.routes = routes
        self.tell = tell
    }

    var configuration: StreamConfiguration { life.configuration }

    var status: StreamStatus {
        let now = elapsed
        var progress = life.progress
        for index in progress?.stages.indices ?? 0..<0 {
            progress?.stages[index].sinceLastFrame.map { progress?.stages[index].sinceLastFrame = $0 + (now - told) }
        }
        return StreamStatus(
            name: life.configuration.name, state: life.state, since: now - life.since, isLive: life.isLive,
            restarts: life.restarts, lastFault: life.lastFault,
            nextAttempt: life.nextAttempt.map { max(.zero, $0 - now) }, worker: worker?.identifier, progress: progress,
            stages: life.stages)
    }
    /// When the worker told its progress.
    private var told = Duration.zero

    /// Whether its supervision does what is due.
    var isOnSchedule: Bool { life.isOnSchedule(at: elapsed) }

    func start() {
        if !isOver { handle(.start) }
    }

    func stop() { handle(.stop) }

    /// Stops it for good: whoever wants it started is too late.
    func end() {
        isOver = true
        stop()
    }

    /// Ends the worker at once, if there is one.
    func kill() { worker?.kill() }

    /// Waits until no worker is there.
    func untilGone() async {
        guard life.hasWorker else { return }
        await withCheckedContinuation { mourners.append($0) }
    }

    /// Takes a new configuration, and starts the stream anew with it if it was playing or starts by itself.
    func replay(_ configuration: StreamConfiguration) {
        let played = life.hasWorker || life.nextAttempt != nil
        life.configuration = configuration
        stop()
        if played || configuration.autostart { start() }
    }

    /// Asks the worker something, and waits for its answer.
    func ask(_ request: (_ id: Int) -> WorkerRequest) async throws(ControlError) -> String {
        guard let worker else {
            throw ControlError(
                .conflict, "stream \(life.configuration.name) does not play: it is \(life.state.rawValue)")
        }
        questionCount += 1
        let id = questionCount
        guard worker.send(request(id)) else { throw Self.goneWorker }
        let timeout = Task {
            // Cancelled where the answer came.
            guard (try? await Task.sleep(for: .seconds(5))) != nil else { return }
            answer(id, .failure(ControlError(.unavailable, "the stream's worker does not answer")))
        }
        defer { timeout.cancel() }
        return try await withCheckedContinuation { questions[id] = $0 }.get()
    }

    private static let goneWorker = ControlError(.unavailable, "the stream's worker is gone")

    private var elapsed: Duration { ContinuousClock.now - birth }

    private func handle(_ input: StreamLife.Input) {
        let actions = life.handle(input, at: elapsed, chance: .random(in: 0...1))
        for action in actions { perform(action) }
        setAlarm()
        if !life.hasWorker {
            for mourner in mourners { mourner.resume() }
            mourners = []
        }
    }

    private func perform(_ action: StreamLife.Action) {
        switch action {
        case .launch: launch()
        case .drain: worker?.send(.drain)
        case .kill: worker?.kill()
        case .tell(let event, let detail): tell(event, detail)
        }
    }

    private func launch() {
        do {
            let worker = try WorkerProcess(command, takesConnections: life.configuration.rtsp != nil)
            self.worker = worker
            routes.lead(life.configuration.name, to: worker.door)
            worker.send(.play(life.configuration))
            Task { for await event in worker.events { take(event) } }
        } catch {
            handle(.unstartable(error.detail))
        }
    }

    private func take(_ event: WorkerProcess.Event) {
        switch event {
        case .report(.answer(let id, let value, let refusal)):
            answer(id, refusal.map { .failure(ControlError(.badRequest, $0)) } ?? .success(value ?? ""))
        case .report(.unready(let id)):
            answer(id, .failure(ControlError(.unavailable, "the stream's pipeline is not built yet")))
        case .report(let report):
            if case .progress = report { told = elapsed }
            handle(.report(report))
        case .line(let line): tell("log", line)
        case .exited(let how):
            worker = nil
            routes.lead(life.configuration.name, to: nil)
            for id in questions.keys { answer(id, .failure(Self.goneWorker)) }
            handle(.exited(how))
        }
    }

    private func answer(_ id: Int, _ answer: Result<String, ControlError>) {
        questions.removeValue(forKey: id)?.resume(returning: answer)
    }

    /// Sleeps until the life's next deadline.
    private func setAlarm() {
        alarm?.cancel()
        guard let deadline = life.deadline else { return }
        let delay = deadline - elapsed
        alarm = Task { [weak self] in
            // Cancelled where something else came first.
            guard (try? await Task.sleep(for: delay)) != nil, !Task.isCancelled else { return }
            await self?.handle(.tick)
        }
    }
}
