internal import Kernels
internal import Synchronization

/// What the machine can do at most.
enum MachinePeak {
    /// The level that the peak is measured at, whichever the kernels are told to use.
    private static let level = KernelLevel.available.last ?? .plain

    /// Operations of as many threads at once, on no more than the cores there are. Units: 10⁹ a second.
    static func gflops(_ precision: Precision = .fp32, threads: Int) -> Double {
        let threads = min(threads, WorkerPool.availableCores())
        let sum = Mutex(0.0)
        WorkerPool(threads: threads).run(threads) { _, _ in
            let rate = FMAPeak.measure(precision, level: level)
            sum.withLock { $0 += rate }
        }
        return sum.withLock { $0 } / 1e9
    }
}

extension Precision {
    /// As options and reports have it.
    var name: String { self == .bf16 ? "bf16" : "fp32" }
}
