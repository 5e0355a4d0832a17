internal import CKernels
internal import Glibc

/// The rate of multiplications and additions that a core reaches when nothing waits for memory: what every kernel's rate
/// is a share of.
public enum FMAPeak {
    /// Units: floating-point operations a second, of the calling thread's processor time.
    ///
    /// The best of several short runs, as a shared core is often disturbed.
    public static func measure(_ precision: Precision = .fp32, level: KernelLevel = .best) -> Double {
        let kernels = level.kernels
        // A factor that keeps the sums normal numbers.
        let seed: Float = 1e-3
        return (0..<runs).map { _ in
            let start = threadNanoseconds()
            let operations =
                precision == .bf16 ? kernels.peak_bf16(rounds, seed) : kernels.peak(rounds, seed)
            return operations / (Double(max(threadNanoseconds() - start, 1)) * 1e-9)
        }.max() ?? 0
    }

    private static let runs = 20
    /// Some tenths of a millisecond.
    private static let rounds = 20_000

    private static func threadNanoseconds() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
