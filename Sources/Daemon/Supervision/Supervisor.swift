public import Logging

/// All streams of the daemon: each has a keeper, and the control side's wishes go to it.
public actor Supervisor: StreamControl {
    private let command: [String]
    private let reread: @Sendable () throws(ConfigurationError) -> DaemonConfiguration
    private let journal: Journal
    /// Where RTSP clients go that ask for a stream.
    public nonisolated let routes = RTSPRoutes()
    private var keepers: [String: StreamKeeper] = [:]
    /// The streams' names, in the order in which they are shown.
    private var order: [String] = []
    /// The streams of the configuration, as it was read last; others were added by callers.
    private var configured: DaemonConfiguration
    private var isEnding = false
    private var lastReload: Task<[String], any Error>?
    private var lastCheck: Task<Void, any Error>?

    /// Each stream is a process: callers cannot add them without end.
    private static let mostStreams = 256

    /// - Parameters:
    ///   - command: the program and arguments that start a worker.
    ///   - reread: reads the configuration anew.
    public init(
        _ configuration: DaemonConfiguration, command: [String], logger: Logger,
        rereading reread: @escaping @Sendable () throws(ConfigurationError) -> DaemonConfiguration
    ) {
        configured = configuration
        self.command = command
        self.reread = reread
        journal = Journal(logger: logger)
    }

    /// Starts every stream that starts by itself.
    public func begin() async {
        for stream in configured.streams { await keep(stream) }
    }

    /// How long the daemon may take to end, as the configuration was read last.
    public var stopTimeout: Duration { configured.stopTimeout }

    /// Drains every stream, each within its time and all within the daemon's, and starts none any more.
    public func end() async {
        isEnding = true
        let (keepers, limit) = (Array(keepers.values), configured.stopTimeout)
        let impatience = Task {
            // Cancelled where all ended in time.
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            for keeper in keepers { await keeper.kill() }
        }
        defer { impatience.cancel() }
        await withTaskGroup { group in
            for keeper in keepers {
                group.addTask {
                    await keeper.end()
                    await keeper.untilGone()
                }
            }
        }
    }

    /// The streams whose supervision does not do what is due: they outlast the limits of their state.
    public func overdueStreams() async -> [String] {
        var overdue: [String] = []
        for name in order {
            if let keeper = keepers[name], await !keeper.isOnSchedule { overdue.append(name) }
        }
        return overdue
    }

    // MARK: StreamControl

    public func streams() async -> [StreamStatus] {
        var all: [StreamStatus] = []
        for name in order {
            if let keeper = keepers[name] { all.append(shown(await keeper.status)) }
        }
        return all
    }

    public func stream(named name: String) async throws(ControlError) -> StreamStatus {
        shown(try await keeper(name).status)
    }

    public func start(_ name: String) async throws(ControlError) {
        guard !isEnding else { throw ControlError(.unavailable, "the daemon is ending") }
        try await keeper(name).start()
    }

    public func stop(_ name: String) async throws(ControlError) {
        try await keeper(name).stop()
    }

    public func add(_ stream: StreamConfiguration) async throws(ControlError) {
        guard !isEnding else { throw ControlError(.unavailable, "the daemon is ending") }
        try checkRoom(for: stream.name)
        journal.hide(values: stream.secrets)
        let stream = stream.served(by: configured.rtsp)
        try await check(stream)
        // Others may have been faster meanwhile.
        guard !isEnding else { throw ControlError(.unavailable, "the daemon is ending") }
        try checkRoom(for: stream.name)
        await keep(stream)
    }

    public func remove(_ name: String) async throws(ControlError) {
        let keeper = try keeper(name)
        await keeper.stop()
        await keeper.untilGone()
        drop(name, keeper)
    }

    public func set(
        _ name: String, element: String, property: String, value: String
    ) async throws(ControlError) {
        let keeper = try keeper(name)
        // A relative name is looked for where the stream's worker works, and not in the first of the roots.
        let (roots, folder) = (FileRoots(configured.control.roots), await keeper.configuration.folder ?? ".")
        guard roots.allow(value: value, relativeTo: folder) else {
            throw ControlError(.refused, "the value names a file outside of the folders in control.roots")
        }
        _ = try await keeper.ask { .set(id: $0, element: element, property: property, value: value) }
    }

    public func graph(_ name: String) async throws(ControlError) -> String {
        journal.shown(try await keeper(name).ask { .graph(id: $0) })
    }

    public func reload() async throws(ControlError) -> [String] {
        // One after the other: a burst reads the file as often, and each finds what the one before has done.
        let before = lastReload
        let task = Task {
            _ = await before?.result
            return try await self.takeNewConfiguration()
        }
        lastReload = task
        do {
            return try await task.value
        } catch let error as ControlError {
            throw ControlError(error.code, journal.shown(error.message))
        } catch let error as ConfigurationError {
            let lines = error.problems.map(\.description)
            throw ControlError(.badRequest, journal.shown(lines.joined(separator: "; ")))
        } catch {
            preconditionFailure("a reload throws nothing else: \(error)")
        }
    }

    public nonisolated func events() -> AsyncStream<StreamEvent> { journal.events.follow() }

    // MARK: Streams

    private func keeper(_ name: String) throws(ControlError) -> StreamKeeper {
        guard let keeper = keepers[name] else { throw ControlError(.notFound, "there is no stream \(name)") }
        return keeper
    }

    private func checkRoom(for name: String) throws(ControlError) {
        guard keepers[name] == nil else { throw ControlError(.conflict, "there is a stream \(name) already") }
        guard order.count < Self.mostStreams else {
            throw ControlError(
                .conflict, "there are \(order.count) streams already, expected at most \(Self.mostStreams)")
        }
    }

    /// Has a worker build the pipeline, one stream after the other: callers cannot start processes as they like.
    private func check(_ stream: StreamConfiguration) async throws(ControlError) {
        let (before, check) = (lastCheck, WorkerCheck(command: command))
        let task = Task {
            _ = await before?.result
            try await check.run(stream)
        }
        lastCheck = task
        do {
            try await task.value
        } catch let error as ControlError {
            throw ControlError(error.code, journal.shown(error.message))
        } catch {
            preconditionFailure("a check throws nothing else: \(error)")
        }
    }

    /// Has workers build what would be played anew: a file with a stream that cannot be is as wrong as any other.
    ///
    /// Throws: `ControlError` with all that is wrong.
    private func checkChanges(to new: DaemonConfiguration) async throws(ControlError) {
        var problems: [ControlError] = []
        for stream in new.streams {
            if let keeper = keepers[stream.name], await keeper.configuration == stream { continue }
            journal.hide(values: stream.secrets)
            do {
                try await check(stream)
            } catch {
                problems.append(ControlError(error.code, "\(stream.name): \(error.message)"))
            }
        }
        guard let first = problems.first else { return }
        throw ControlError(first.code, problems.map(\.message).joined(separator: "; "))
    }

    private func shown(_ status: StreamStatus) -> StreamStatus {
        var status = status
        if let fault = status.lastFault { status.lastFault = StreamFault(fault.reason, journal.shown(fault.detail)) }
        return status
    }

    /// Takes a stream in, and starts it if it starts by itself.
    private func keep(_ stream: StreamConfiguration) async {
        journal.hide(values: stream.secrets)
        let keeper = StreamKeeper(stream, command: command, routes: routes) { [journal] event, detail in
            journal.note(event, of: stream.name, detail)
        }
        keepers[stream.name] = keeper
        routes.add(stream.name)
        order.append(stream.name)
        if stream.autostart { await keeper.start() }
    }

    private func drop(_ name: String, _ keeper: StreamKeeper) {
        // Another caller may have been faster, and a new stream may have the name.
        guard keepers[name] === keeper else { return }
        keepers[name] = nil
        routes.remove(name)
        order.removeAll { $0 == name }
    }

    /// Reads the configuration; a file that is wrong changes nothing, and a stream that is as it was plays on.
    ///
    /// Throws: `ConfigurationError` or `ControlError`.
    private func takeNewConfiguration() async throws -> [String] {
        guard !isEnding else { return [] }
        let (old, new) = (configured, try reread())
        guard new.control == old.control else {
            throw ControlError(.badRequest, "control: it changes with a restart of the daemon only")
        }
        guard new.rtsp?.listen == old.rtsp?.listen else {
            throw ControlError(.badRequest, "rtsp.listen: it changes with a restart of the daemon only")
        }
        try await checkChanges(to: new)
        guard !isEnding else { return [] }
        configured = new
        let names = Set(new.streams.map(\.name))
        let gone = old.streams.map(\.name).filter { !names.contains($0) }
        for name in gone {
            guard let keeper = keepers[name] else { continue }
            await keeper.stop()
            await keeper.untilGone()
            drop(name, keeper)
        }
        var changed = gone
        let added = new.rtsp == old.rtsp ? [] : order.filter { !names.contains($0) }
        var streams = new.streams
        for name in added {
            if let keeper = keepers[name] { streams.append(await keeper.configuration.served(by: new.rtsp)) }
        }
        // Streams that come when the end has begun would be nobody's.
        for stream in streams where !isEnding {
            if let keeper = keepers[stream.name] {
                guard await keeper.configuration != stream else { continue }
                journal.hide(values: stream.secrets)
                await keeper.replay(stream)
            } else {
                await keep(stream)
            }
            changed.append(stream.name)
        }
        journal.note("reloaded", of: "", changed.isEmpty ? "nothing changed" : changed.joined(separator: ", "))
        return changed
    }
}
