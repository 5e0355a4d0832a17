internal import Frames
internal import Glibc

/// A value behind a lock, and a condition to wait on until it has changed.
///
/// Only GStreamer's streaming threads and the stage's own thread wait here, never Swift's cooperative pool.
package final class Monitor<Value>: @unchecked Sendable {  // Sendable because the value is only touched under the lock
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        condition = .allocate(capacity: 1)
        condition.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        condition.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Reads or changes the value, and wakes everybody who waits for a change.
    package func change<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return try body(&value)
    }

    /// Reads the value.
    package func read<Result>(_ body: (Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(value)
    }

    /// Calls `body` now and after every change, until it returns something.
    ///
    /// `body` changes the value only when it returns something, or when nobody else waits for that change.
    package func wait<Result>(_ body: (inout Value) -> Result?) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        while true {
            if let result = body(&value) { return result }
            pthread_cond_wait(condition, mutex)
        }
    }

    /// What `wait(until:)` is to do next.
    package enum Step<Result> {
        case done(Result)
        /// Look again after the next change, or at this time of the monotonic clock.
        case wait(deadline: UInt64)
    }

    /// Calls `body` now, after every change and at the deadline it asked for, until it is done.
    ///
    /// `body` gets the time of the monotonic clock. One thread at a time waits so. Units: nanoseconds.
    package func wait<Result>(until body: (inout Value, _ now: UInt64) -> Step<Result>) -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        while true {
            switch body(&value, MonotonicClock.now.nanoseconds) {
            case .done(let result):
                return result
            case .wait(let deadline):
                pthread_cond_broadcast(condition)
                var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
                pthread_cond_timedwait(condition, mutex, &time)
            }
        }
    }
}
