internal import CKernels
internal import Glibc
internal import Synchronization

/// What a pool and its threads share: the open job, and the conditions to sleep on.
///
/// Between the jobs of one pass of the network a thread stays awake for some microseconds, because waking it takes
/// longer than many a job does; then it sleeps. The threads own the crew too, so that it outlives the pool by as long
/// as they need to leave.
final class Crew: @unchecked Sendable {  // Sendable because its variables change under `lock` only.
    typealias Body = (_ item: Int, _ worker: Int) -> Void

    /// One call of `run`: its items are handed out by number.
    private final class Job {
        let items: Int
        /// Nil once the job is closed: it is the caller's, whatever thread still holds the job.
        private var body: Body?
        let next = Atomic(0)
        /// Threads inside the job besides the caller; changed under the crew's lock.
        let helpers = Atomic(0)

        init(items: Int, body: @escaping Body) {
            self.items = items
            self.body = body
        }

        func close() { body = nil }

        func takeItems(worker: Int) {
            guard let body else { return }
            while true {
                let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard item < items else { return }
                body(item, worker)
            }
        }
    }

    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let jobOpened: UnsafeMutablePointer<pthread_cond_t>
    private let helperLeft: UnsafeMutablePointer<pthread_cond_t>
    private var job: Job?
    /// Threads asleep on `jobOpened`.
    private var sleepers = 0
    private var dismissed = false
    /// Counts the jobs opened and the dismissal, for those who are awake; changed under the lock.
    private let calls = Atomic(0)

    /// How often an awake thread looks before it sleeps: some tens of microseconds, far less than a frame.
    private static let patience = 2000

    init() {
        lock = .allocate(capacity: 1)
        jobOpened = .allocate(capacity: 1)
        helperLeft = .allocate(capacity: 1)
        pthread_mutex_init(lock, nil)
        pthread_cond_init(jobOpened, nil)
        pthread_cond_init(helperLeft, nil)
    }

    deinit {
        pthread_cond_destroy(helperLeft)
        pthread_cond_destroy(jobOpened)
        pthread_mutex_destroy(lock)
        helperLeft.deallocate()
        jobOpened.deallocate()
        lock.deallocate()
    }

    /// Starts thread number `worker`; nil where the system has no thread to give.
    func startMember(_ worker: Int, name: String) -> pthread_t? {
        let start = Unmanaged.passRetained(Member(crew: self, worker: worker, name: name))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let member = Unmanaged<Member>.fromOpaque(argument).takeRetainedValue()
                inpaintd_name_thread(member.name)
                member.crew.serve(worker: member.worker)
                return nil
            }, start.toOpaque())
        guard status == 0 else {
            start.release()
            return nil
        }
        return thread
    }

    /// Opens a job, works on it as worker 0, and returns when every item is done.
    func work(items: Int, helpers: Int, _ body: @escaping Body) {
        let job = Job(items: items, body: body)
        pthread_mutex_lock(lock)
        self.job = job
        calls.wrappingAdd(1, ordering: .releasing)
        for _ in 0..<min(helpers, sleepers) { pthread_cond_signal(jobOpened) }
        pthread_mutex_unlock(lock)

        job.takeItems(worker: 0)
        watch { job.helpers.load(ordering: .acquiring) == 0 }

        // Closed before the wait: a thread that has slept through the whole job is not waited for.
        pthread_mutex_lock(lock)
        self.job = nil
        while job.helpers.load(ordering: .acquiring) > 0 { pthread_cond_wait(helperLeft, lock) }
        job.close()
        pthread_mutex_unlock(lock)
    }

    /// Sends every thread home.
    func dismiss() {
        pthread_mutex_lock(lock)
        dismissed = true
        calls.wrappingAdd(1, ordering: .releasing)
        pthread_cond_broadcast(jobOpened)
        pthread_mutex_unlock(lock)
    }

    /// Stays awake until `happened`, but not for long.
    private func watch(_ happened: () -> Bool) {
        var looks = 0
        while !happened(), looks < Self.patience {
            inpaintd_pause()
            looks += 1
        }
    }

    private func serve(worker: Int) {
        pthread_mutex_lock(lock)
        while !dismissed {
            if let job, job.next.load(ordering: .relaxed) < job.items {
                let call = calls.load(ordering: .relaxed)
                job.helpers.wrappingAdd(1, ordering: .relaxed)
                pthread_mutex_unlock(lock)
                job.takeItems(worker: worker)
                pthread_mutex_lock(lock)
                let others = job.helpers.wrappingSubtract(1, ordering: .releasing).newValue
                if others == 0 { pthread_cond_signal(helperLeft) }
                pthread_mutex_unlock(lock)
                watch { calls.load(ordering: .acquiring) != call }
                pthread_mutex_lock(lock)
            } else {
                sleepers += 1
                pthread_cond_wait(jobOpened, lock)
                sleepers -= 1
            }
        }
        pthread_mutex_unlock(lock)
    }
}

/// What a thread is born with.
private final class Member {
    let crew: Crew
    let worker: Int
    let name: String

    init(crew: Crew, worker: Int, name: String) {
        self.crew = crew
        self.worker = worker
        self.name = name
    }
}
