import Foundation
import Kernels
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
    @Test("every item is done once", arguments: [1, 2, 5], [0, 1, 2, 7, 1000])
    func once(threads: Int, items: Int) {
        let pool = WorkerPool(threads: threads)
        #expect(pool.threads == threads)
        let counts = (0..<items).map { _ in Counter() }
        for _ in 0..<20 { pool.run(items) { item, _ in counts[item].add() } }
        #expect(counts.allSatisfy { $0.value == 20 })
    }

    @Test("no two calls share a worker's number at a time")
    func workers() {
        let pool = WorkerPool(threads: 4)
        let busy = (0..<4).map { _ in Counter() }
        let clashes = Counter()
        pool.run(20_000) { _, worker in
            if busy[worker].add() != 0 { clashes.add() }
            busy[worker].subtract()
        }
        #expect(clashes.value == 0)
    }

    @Test("all threads work where each waits for the others")
    func allWork() {
        let pool = WorkerPool(threads: 3)
        let arrived = DispatchSemaphore(value: 0)
        let go = DispatchSemaphore(value: 0)
        let late = Counter()
        pool.run(3) { item, _ in
            if item == 0 {
                for _ in 0..<2 where arrived.wait(timeout: .now() + 20) == .timedOut { late.add() }
                for _ in 0..<2 { go.signal() }
            } else {
                arrived.signal()
                if go.wait(timeout: .now() + 20) == .timedOut { late.add() }
            }
        }
        #expect(late.value == 0)
    }

    @Test("two callers take turns")
    func twoCallers() {
        let pool = WorkerPool(threads: 2)
        let total = Counter()
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            for _ in 0..<50 { pool.run(16) { _, _ in total.add() } }
        }
        #expect(total.value == 8 * 50 * 16)
    }

    @Test("threads carry the pool's name, and leave with it")
    func leave() throws {
        func named() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count { task in
                // Some other test's thread may end while it is looked at.
                let name = try? String(contentsOfFile: "/proc/self/task/\(task)/comm", encoding: .utf8)
                return name?.hasPrefix("leaving-") == true
            }
        }
        var pool: WorkerPool? = WorkerPool(threads: 3, name: "leaving")
        let arrived = DispatchSemaphore(value: 0)
        let go = DispatchSemaphore(value: 0)
        let seen = Mutex(0)
        // A thread that has taken an item has its name; none can take two while it waits.
        pool?.run(3) { item, _ in
            guard item == 0 else {
                arrived.signal()
                _ = go.wait(timeout: .now() + 20)
                return
            }
            for _ in 0..<2 { _ = arrived.wait(timeout: .now() + 20) }
            let count = (try? named()) ?? -1  // A failure is a count that fails the test.
            seen.withLock { $0 = count }
            for _ in 0..<2 { go.signal() }
        }
        #expect(seen.withLock { $0 } == 2)
        pool = nil
        #expect(try named() == 0)
    }

    @Test("0 threads are all cores")
    func allCores() {
        #expect(WorkerPool(threads: 0).threads == WorkerPool.availableCores())
    }
}

/// A number that many threads count.
private final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .sequentiallyConsistent) }

    @discardableResult func add() -> Int { count.add(1, ordering: .sequentiallyConsistent).oldValue }

    func subtract() { count.subtract(1, ordering: .sequentiallyConsistent) }
}
