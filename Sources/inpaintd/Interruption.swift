internal import Glibc
internal import Logging

/// The handler's end of the pipe through which it hands on what it got.
// SAFETY: written once, before the handler that reads it is installed.
nonisolated(unsafe) private var handlersEnd: Int32 = -1

/// What SIGINT and SIGTERM do: the first asks for a clean end, the second ends the program. SIGHUP may ask for more.
///
/// A signal may reach any thread, also one that a library started before `main` and that blocks nothing. So a handler
/// takes it wherever it comes, and does nothing but write its number into a pipe, where one thread waits for it.
enum Interruption {
    /// Starts to wait. `first` asks for the clean end; `impatient` is called once, where that takes long; `second`
    /// gets to say a word before the program ends with 128 + the signal's number.
    ///
    /// - Parameter hangUp: what SIGHUP does; nil leaves it to end the program, as it does by itself.
    static func watch(
        first: @escaping @Sendable () -> Void, impatient: @escaping @Sendable () -> Void,
        second: @escaping @Sendable () -> Void, hangUp: (@Sendable () -> Void)? = nil
    ) {
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "a pipe for signals can be made")
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        handlersEnd = ends[1]
        let reactions = Reactions(source: ends[0], first: first, impatient: impatient, second: second, hangUp: hangUp)
        guard startThread(reactions.wait) else {
            // So early that nobody could do better.
            Talk.errors.error("signals cannot be waited for: the system gives no further thread")
            _exit(ExitStatus.unavailable.rawValue)
        }
        install(for: [SIGINT, SIGTERM] + (hangUp == nil ? [] : [SIGHUP]))
    }

    private static func install(for signals: [Int32]) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in
            let previous = errno
            var byte = UInt8(truncatingIfNeeded: number)
            _ = write(handlersEnd, &byte, 1)
            errno = previous
        }
        action.sa_flags = SA_RESTART
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals {
            // A shell starts background jobs with SIGINT ignored; a parent may have blocked either.
            sigaction(signal, &action, nil)
            sigaddset(&set, signal)
        }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    private final class Reactions: Sendable {
        /// How long a clean end may take before a word about it.
        private static let patienceMilliseconds: Int32 = 5000

        let source: Int32
        let first: @Sendable () -> Void
        let impatient: @Sendable () -> Void
        let second: @Sendable () -> Void
        let hangUp: (@Sendable () -> Void)?

        init(
            source: Int32, first: @escaping @Sendable () -> Void, impatient: @escaping @Sendable () -> Void,
            second: @escaping @Sendable () -> Void, hangUp: (@Sendable () -> Void)?
        ) {
            self.source = source
            self.first = first
            self.impatient = impatient
            self.second = second
            self.hangUp = hangUp
        }

        func wait() {
            _ = next()
            first()
            var waiting = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, Self.patienceMilliseconds) == 0 { impatient() }
            let number = next()
            second()
            _exit(128 + Int32(number))
        }

        /// The number of the next signal that is to end something.
        private func next() -> UInt8 {
            var byte: UInt8 = 0
            while true {
                guard read(source, &byte, 1) == 1 else { continue }
                guard byte == UInt8(SIGHUP) else { return byte }
                hangUp?()
            }
        }
    }
}
