internal import Kernels
internal import Networks

/// Times kernels, each at some levels.
struct KernelBenchmark {
    let cases: [KernelCase]
    let levels: [KernelLevel]
    let threads: Int

    func run() -> KernelReport {
        let fp32 = MachinePeak.gflops(.fp32, threads: threads)
        let bf16 = MachinePeak.gflops(.bf16, threads: threads)
        let cores = Double(min(threads, WorkerPool.availableCores()))
        var kernels: [KernelReport.Kernel] = []
        for level in levels {
            let workspace = Workspace(threads: threads, level: level)
            for kernel in cases {
                let (runs, processor) = Self.time(kernel.prepare(workspace))
                let operations = 2 * Double(kernel.multiplyAdds) / 1e9
                let peak = kernel.precision == .bf16 ? bf16 : fp32
                kernels.append(
                    KernelReport.Kernel(
                        name: kernel.name, level: level.name, precision: kernel.precision.name, seconds: runs.least,
                        secondsMedian: runs.median, gflops: operations / runs.least,
                        shareOfPeak: operations / runs.least / peak,
                        processorShareOfPeak: operations / processor / (peak / cores)))
            }
        }
        return KernelReport(
            threads: threads, peakGflops: fp32, peakBf16Gflops: bf16,
            kernels: kernels, machine: BenchMachine())
    }

    /// Runs some work often enough for its fastest run to be undisturbed, but not for long.
    ///
    /// - Returns: what each run took, and the processor time of all threads for one run, in seconds.
    private static func time(_ work: () -> Void) -> (runs: Distribution, processor: Double) {
        let patience = 0.25
        let most = 200
        work()
        var seconds: [Double] = []
        let processorTime = ThisProcess.processorTime
        while seconds.isEmpty || (seconds.count < most && seconds.reduce(0, +) < patience) {
            let start = ContinuousClock.now
            work()
            seconds.append((ContinuousClock.now - start).seconds)
        }
        return (Distribution(seconds), (ThisProcess.processorTime - processorTime) / Double(seconds.count))
    }
}
