internal import Glibc
internal import Synchronization

/// A worker's process: this program again, with one end of a socket as its descriptor 3.
///
/// Where it takes RTSP clients, they are handed to it by another socket, its descriptor 4.
///
/// Two threads belong to it: one takes its reports and waits for its end, one takes the lines of its standard error.
final class WorkerProcess: Sendable {
    /// What it says and how it goes, in order; `exited` is the last.
    enum Event: Sendable {
        case report(WorkerReport)
        case line(String)
        case exited(String)
    }

    /// The descriptor at which a worker finds its socket.
    static let descriptor: Int32 = 3
    /// The descriptor at which it finds the one for clients.
    static let doorDescriptor: Int32 = 4

    let identifier: pid_t
    let events: AsyncStream<Event>
    /// Takes clients to it, where it takes any.
    let door: DescriptorSender?
    private let channel: WorkerChannel<WorkerRequest, WorkerReport>
    private let isGone = Mutex(false)

    /// Starts a worker.
    ///
    /// - Parameter command: the program and its arguments.
    ///
    /// Throws: `StreamFault` where the system refuses.
    init(_ command: [String], takesConnections: Bool = false) throws(StreamFault) {
        let (own, its) = try Self.socketPair()
        let channel = WorkerChannel<WorkerRequest, WorkerReport>(descriptor: own)
        defer { close(its) }
        let (errors, itsErrors) = try Self.socketPair()
        defer { close(itsErrors) }
        do {
            let (door, itsDoor) = takesConnections ? try Self.door() : (nil, -1)
            defer { if itsDoor >= 0 { close(itsDoor) } }
            self.door = door
            identifier = try Self.spawn(command, socket: its, errors: itsErrors, door: itsDoor)
        } catch {
            close(errors)
            throw error
        }
        self.channel = channel
        let (events, continuation) = AsyncStream.makeStream(of: Event.self)
        self.events = events
        let lines = Lines(descriptor: errors) { continuation.yield(.line($0)) }
        guard let listener = Thread({ lines.read() }) else {
            close(errors)
            throw abandoned()
        }
        let reader = Thread { [self] in
            while let report = Self.next(from: channel) { continuation.yield(.report(report)) }
            let how = wait()
            listener.join()
            continuation.yield(.exited(how))
            continuation.finish()
        }
        guard let reader else {
            listener.detach()
            throw abandoned()
        }
        reader.detach()
    }

    /// Ends a worker that nobody can listen to.
    private func abandoned() -> StreamFault {
        kill()
        _ = wait()
        return StreamFault(.crash, "a worker cannot be watched: the system gives no further thread")
    }

    /// Asks something of it; false where it is gone.
    @discardableResult
    func send(_ request: WorkerRequest) -> Bool { channel.send(request) }

    func kill() {
        // Only a process that nobody has waited for yet has this number for sure.
        isGone.withLock { isGone in
            if !isGone { _ = Glibc.kill(identifier, SIGKILL) }
        }
    }

    /// The next report; one that cannot be understood ends the conversation, and with it the worker.
    private static func next(from channel: WorkerChannel<WorkerRequest, WorkerReport>) -> WorkerReport? {
        do {
            return try channel.receive()
        } catch {
            channel.close()
            return .fault(StreamFault(.crash, "\(error)"))
        }
    }

    /// Waits for its end, and says how it went.
    private func wait() -> String {
        var information = siginfo_t()
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
        return isGone.withLock { isGone in
            isGone = true
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7f
            return signal == 0
                ? "exit status \((status >> 8) & 0xff)"
                : "killed by signal \(signal), \(String(cString: strsignal(signal)))"
        }
    }

    // MARK: The start

    /// Two ends that no other worker inherits, which is started at the same time: it would keep them open.
    private static func socketPair(_ kind: __socket_type = SOCK_STREAM) throws(StreamFault) -> (own: Int32, its: Int32)
    {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw StreamFault(.crash, "a worker cannot be started: no socket: \(String(cString: strerror(errno)))")
        }
        return (ends[0], ends[1])
    }

    private static func door() throws(StreamFault) -> (DescriptorSender, its: Int32) {
        let (own, its) = try socketPair(SOCK_SEQPACKET)
        defer { close(its) }
        let sender = DescriptorSender(descriptor: own)
        // Above those that the worker's own are put on.
        let moved = fcntl(its, F_DUPFD_CLOEXEC, doorDescriptor + 1)
        guard moved >= 0 else {
            throw StreamFault(.crash, "a worker cannot be started: no socket: \(String(cString: strerror(errno)))")
        }
        return (sender, moved)
    }

    private static func spawn(
        _ command: [String], socket: Int32, errors: Int32, door: Int32
    ) throws(StreamFault) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        posix_spawn_file_actions_adddup2(&actions, socket, descriptor)
        if door >= 0 { posix_spawn_file_actions_adddup2(&actions, door, doorDescriptor) }

        // A group of its own: what a terminal sends goes to the supervisor, which drains its workers.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var identifier: pid_t = 0
        let failure = posix_spawn(&identifier, command[0], &actions, &attributes, &arguments, environ)
        guard failure == 0 else {
            throw StreamFault(.crash, "a worker cannot be started: \(String(cString: strerror(failure)))")
        }
        return identifier
    }
}

/// The lines of a descriptor, each as text of bounded length.
///
/// Ownership: closes the descriptor at its end.
private struct Lines {
    private static let longest = 4096

    let descriptor: Int32
    let take: @Sendable (String) -> Void

    func read() {
        var rest: [UInt8] = []
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = Glibc.read(descriptor, &bytes, bytes.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            rest += bytes[..<count]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                give(rest[..<end])
                rest.removeSubrange(...end)
            }
            if rest.count > Self.longest {
                give(rest[...])
                rest = []
            }
        }
        give(rest[...])
        close(descriptor)
    }

    private func give(_ line: ArraySlice<UInt8>) {
        if !line.isEmpty { take(String(decoding: line.prefix(Self.longest), as: UTF8.self)) }
    }
}
