internal import Glibc

/// A thread that may wait, as those of Swift's cooperative pool may not.
struct Thread: Sendable {
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    private let thread: pthread_t

    /// Starts it; nil where the system refuses.
    init?(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { data in
                guard let data else { return nil }
                Unmanaged<Work>.fromOpaque(data).takeRetainedValue().body()
                return nil
            }, work.toOpaque())
        guard failure == 0 else {
            work.release()
            return nil
        }
        self.thread = thread
    }

    /// Waits for its end; once, and only where it is not `detach`ed.
    func join() { pthread_join(thread, nil) }

    /// Lets it go by itself at its end.
    func detach() { pthread_detach(thread) }
}
