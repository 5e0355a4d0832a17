/// Has a worker build a stream's pipeline that opens nothing: whether a caller may have it, and whether it is one.
struct WorkerCheck {
    /// Far more than building takes, on a busy machine too.
    private static let patience = Duration.seconds(30)
    private static let question = 1

    /// The program and arguments that start a worker.
    let command: [String]

    /// Throws: `ControlError` with what is wrong.
    func run(_ stream: StreamConfiguration) async throws(ControlError) {
        let worker: WorkerProcess
        do {
            worker = try WorkerProcess(command)
        } catch {
            throw ControlError(.unavailable, error.detail)
        }
        let start = ContinuousClock.now
        let impatience = Task {
            // Cancelled where it ended in time.
            guard (try? await Task.sleep(for: Self.patience)) != nil else { return }
            worker.kill()
        }
        defer { impatience.cancel() }
        worker.send(.check(id: Self.question, stream))
        var problem: ControlError?
        var isAnswered = false
        for await event in worker.events {
            switch event {
            case .report(.answer(Self.question, _, let refusal)):
                isAnswered = true
                if let refusal { problem = ControlError(.refused, refusal) }
            case .report(.fault(let fault)):
                isAnswered = true
                problem = problem ?? ControlError(.badRequest, fault.detail)
            case .exited(let how) where !isAnswered:
                problem =
                    ContinuousClock.now - start >= Self.patience
                    ? ControlError(.unavailable, "the pipeline could not be checked in time")
                    : ControlError(.badRequest, "the pipeline ends the process that builds it: \(how)")
            case .report, .line, .exited: break
            }
        }
        if let problem { throw problem }
    }
}
