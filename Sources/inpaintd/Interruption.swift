internal import Glibc
internal import Synchronization

/// What SIGINT and SIGTERM do: the first asks for a clean end, the second ends the program.
///
/// One thread of its own waits for both, so nothing runs inside a signal handler.
enum Interruption {
    private static let signals = [SIGINT, SIGTERM]

    private static var set: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }

    /// Keeps both signals for the thread that waits; called before any other thread exists.
    static func block() {
        // A shell starts background jobs with SIGINT ignored, and an ignored signal never arrives.
        for number in signals { signal(number, SIG_DFL) }
        var set = set
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Starts to wait. `first` asks for the clean end; `impatient` is called once, where that takes long; `second`
    /// gets to say a word before the program ends with 128 + the signal's number.
    static func watch(
        first: @escaping @Sendable () -> Void, impatient: @escaping @Sendable () -> Void,
        second: @escaping @Sendable () -> Void
    ) {
        let reactions = Reactions(first: first, impatient: impatient, second: second)
        var thread = pthread_t()
        let started = pthread_create(
            &thread, nil,
            { data in
                guard let data else { return nil }
                Unmanaged<Reactions>.fromOpaque(data).takeRetainedValue().wait()
                return nil
            }, Unmanaged.passRetained(reactions).toOpaque())
        precondition(started == 0, "a thread to wait for signals can be started")
    }

    private final class Reactions: Sendable {
        /// How long a clean end may take before a word about it.
        private static let patienceSeconds = 5

        let first: @Sendable () -> Void
        let impatient: @Sendable () -> Void
        let second: @Sendable () -> Void

        init(
            first: @escaping @Sendable () -> Void, impatient: @escaping @Sendable () -> Void,
            second: @escaping @Sendable () -> Void
        ) {
            self.first = first
            self.impatient = impatient
            self.second = second
        }

        func wait() {
            var set = Interruption.set
            var received: Int32 = 0
            guard sigwait(&set, &received) == 0 else { return }
            first()
            var patience = timespec(tv_sec: Self.patienceSeconds, tv_nsec: 0)
            var number = sigtimedwait(&set, nil, &patience)
            if number < 0 {
                impatient()
                repeat { number = sigwaitinfo(&set, nil) } while number < 0
            }
            second()
            _exit(128 + number)
        }
    }
}
