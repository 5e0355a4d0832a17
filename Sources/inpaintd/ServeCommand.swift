internal import ArgumentParser
internal import CGlibc
internal import Daemon
internal import Dispatch
internal import FoundationEssentials
internal import Glibc
internal import Logging

/// `inpaintd serve`: keeps all streams of a configuration alive.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Keep the streams of a configuration alive, each in a process of its own.",
        discussion: """
            A stream that fails is started again, soon at first, then every minute. SIGTERM and SIGINT let every stream \
            out to its end; a second one aborts. SIGHUP reads the configuration again: only streams that changed start \
            again, and a file with an error changes nothing.
            """)

    @Option(
        help: ArgumentHelp("The configuration: inpaintd.yaml(5) explains every key.", valueName: "file"),
        completion: .file())
    var config: String

    @OptionGroup var plugins: PluginOptions
    @OptionGroup var talk: Talk

    func run() throws {
        plugins.apply()
        let logger = talk.logger
        Self.limitArenas()
        let (path, environment) = (config, ProcessInfo.processInfo.environment)
        let read: @Sendable () throws(ConfigurationError) -> DaemonConfiguration = { () throws(ConfigurationError) in
            try DaemonConfiguration(contentsOf: path, environment: environment)
        }
        let configuration: DaemonConfiguration
        do {
            configuration = try read()
        } catch {
            for problem in error.problems { logger.error("\(problem)") }
            throw ExitStatus.configuration.exitCode
        }
        let supervisor = Supervisor(configuration, command: [Self.program, "worker"], logger: logger, rereading: read)
        let server: ControlServer
        do {
            server = try ControlServer(
                of: supervisor, configuration: configuration, version: InpaintdCommand.version, logger: logger)
        } catch {
            logger.error("\(error)")
            throw ExitStatus.cannotCreate.exitCode
        }
        let door: RTSPDoor?
        do {
            door = try configuration.rtsp.map { rtsp throws(ListenError) in
                try RTSPDoor(rtsp, routes: supervisor.routes)
            }
        } catch {
            server.close()
            logger.error("\(error)")
            throw ExitStatus.cannotCreate.exitCode
        }
        let service = ServiceNotice(environment: environment)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        Interruption.watch(
            first: {
                logger.info("ending every stream; once more aborts")
                end.finish()
            },
            impatient: { logger.warning("still waiting for streams to end") },
            second: { logger.error("aborted") },
            hangUp: { reload(supervisor, service, logger) })

        let done = DispatchSemaphore(value: 0)
        Task {
            let answering = Task { try await server.run() }
            await supervisor.begin()
            service.ready()
            logger.info("ready, \(configuration.streams.count) streams")
            let watchdog = Task { await feedWatchdog(of: service, asking: supervisor) }
            for await _ in ends {}
            watchdog.cancel()
            service.stopping(within: await supervisor.stopTimeout)
            door?.close()
            await supervisor.end()
            answering.cancel()
            // What it may throw is about connections that are over.
            _ = await answering.result
            done.signal()
        }
        // The main thread is none of those that run tasks.
        done.wait()
    }
}

extension ServeCommand {
    /// This program, wherever it was started from.
    private static var program: String {
        let link = "/proc/self/exe"
        // Replaced by a newer one: the link still leads to this one, whose workers speak its language.
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link),
            FileManager.default.isExecutableFile(atPath: path)
        else { return link }
        return path
    }

    /// Keeps freed memory where every thread finds it: the supervisor has threads that live no longer than a worker, and
    /// what is left in an arena of such a thread's own stays there for weeks.
    private static func limitArenas() { mallopt(M_ARENA_MAX, 2) }

    private func reload(_ supervisor: Supervisor, _ service: ServiceNotice, _ logger: Logger) {
        service.reloading()
        Task {
            do throws(ControlError) {
                _ = try await supervisor.reload()
            } catch {
                logger.error("nothing is changed: \(error.message)")
            }
            service.ready()
        }
    }

    /// Tells the service manager that all is well, as long as the supervisor answers, and every stream gives frames or
    /// is dealt with in time.
    private func feedWatchdog(of service: ServiceNotice, asking supervisor: Supervisor) async {
        guard let interval = service.watchdog else { return }
        while !Task.isCancelled {
            let streams = await supervisor.streams()
            let running = streams.count { $0.state == .running || $0.state == .degraded }
            let overdue = await supervisor.overdueStreams()
            if overdue.isEmpty {
                service.status("\(running) of \(streams.count) streams are running")
                service.isAlive()
            } else {
                service.status("nobody looks after \(overdue.joined(separator: ", "))")
            }
            // Cancelled at the end.
            guard (try? await Task.sleep(for: interval)) != nil else { return }
        }
    }
}
