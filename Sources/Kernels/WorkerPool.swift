internal import CKernels
internal import Glibc
internal import Synchronization

/// Threads that share out numbered pieces of work.
///
/// A pool of n threads owns n − 1; the calling thread is the n-th. Each takes the next number when it is done with its
/// last, so a core that somebody else is using only takes fewer. Idle threads sleep, but for a moment after each job.
public final class WorkerPool: Sendable {
    /// Threads that work at once, the caller's included.
    public let threads: Int

    private let crew: Crew
    private let members: [pthread_t]
    /// One `run` at a time; a second caller waits for its turn.
    private let turn = Mutex(())

    /// Starts the threads.
    ///
    /// Where the system refuses one, those before it are all there are.
    public init(threads: Int = 0, name: String = "inpaint") {
        precondition(threads >= 0, "threads are counted from 0, all cores")
        let crew = Crew()
        let wanted = threads > 0 ? threads : Self.availableCores()
        var members: [pthread_t] = []
        while members.count + 1 < wanted {
            let worker = members.count + 1
            guard let member = crew.startMember(worker, name: "\(name.prefix(10))-\(worker)") else { break }
            members.append(member)
        }
        self.crew = crew
        self.members = members
        self.threads = 1 + members.count
    }

    deinit {
        crew.dismiss()
        for member in members { pthread_join(member, nil) }
    }

    /// Calls `body` once for each item below `items`, from several threads at once, and returns when all are done.
    ///
    /// `worker` is a number below `threads` that no two calls have at the same time: the index of a scratch buffer.
    /// Must not be called from inside `body`.
    public func run(_ items: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
        guard items > 1, !members.isEmpty else {
            for item in 0..<max(items, 0) { body(item, 0) }
            return
        }
        turn.withLock { _ in
            withoutActuallyEscaping(body) { body in
                crew.work(items: items, helpers: min(items - 1, members.count), body)
            }
        }
    }

    /// The cores this process may use, which a container or `taskset` can make fewer than the machine has.
    public static func availableCores() -> Int {
        Int(inpaintd_available_cores())
    }
}
