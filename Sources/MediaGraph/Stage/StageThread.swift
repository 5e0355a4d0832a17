internal import CGStreamer
internal import Glibc

/// A thread with a name: a stage's, a server's, or that of an output which is kept up.
final class StageThread: Sendable {
    private final class Start {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    private let thread: pthread_t

    /// Starts a thread that runs `body` once; nil where the system has none to give.
    ///
    /// Ownership: what `body` touches belongs to that thread until `join` has returned.
    init?(named name: String = "inpaint", _ body: @escaping () -> Void) {
        let start = Unmanaged.passRetained(Start(body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { data in
                guard let data else { return nil }
                Unmanaged<Start>.fromOpaque(data).takeRetainedValue().body()
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            return nil
        }
        media_name_thread(thread, name)
        self.thread = thread
    }

    /// Waits until the body has returned. Called once.
    func join() {
        pthread_join(thread, nil)
    }
}
