/// How fast kernels are, each at some levels.
struct KernelReport: BenchReport {
    struct Kernel: Encodable {
        let name: String
        let level: String
        let precision: String
        /// The fastest run.
        let seconds: Double
        let secondsMedian: Double
        let gflops: Double
        /// Of the machine's in this precision, at its best level.
        let shareOfPeak: Double
        /// The same a core and by processor time, which other load on the machine changes little, the mean of all runs.
        let processorShareOfPeak: Double
    }

    let threads: Int
    /// Of fp32, as many threads together.
    let peakGflops: Double
    /// Of products of bfloat16.
    let peakBf16Gflops: Double
    let kernels: [Kernel]
    let machine: BenchMachine

    var text: String {
        let width = (kernels.map(\.name.count).max() ?? 0) + 2
        func row(_ name: String, _ level: String, _ precision: String, _ numbers: [String]) -> String {
            "  " + name.padded(to: width) + level.padded(to: 12) + precision.padded(to: 5)
                + numbers.map { $0.padded(left: 9) }.joined()
        }
        let peaks = "fp32 \(peakGflops.rounded(to: 0)), bf16 \(peakBf16Gflops.rounded(to: 0)) GFLOP/s"
        let head = [
            machine.text, "peak of \(threads) threads: \(peaks)",
            row("kernel", "level", "", ["ms", "GFLOP/s", "of peak", "by core"]),
        ]
        let rows = kernels.map { kernel in
            row(
                kernel.name, kernel.level, kernel.precision,
                [
                    (1000 * kernel.seconds).rounded(to: 2), kernel.gflops.rounded(to: 1),
                    kernel.shareOfPeak.rounded(to: 2), kernel.processorShareOfPeak.rounded(to: 2),
                ])
        }
        return (head + rows).joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }

    fileprivate func padded(left width: Int) -> String {
        String(repeating: " ", count: max(0, width - count)) + self
    }
}
