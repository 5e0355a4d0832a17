public import Frames
internal import Glibc

/// The clock by which frames arrive and latency is measured: it never goes back, and nobody sets it.
public enum MonotonicClock {
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Timestamp(nanoseconds: UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec))
    }
}
