internal import ArgumentParser
internal import Frames
internal import Kernels
internal import Logging

/// `inpaintd bench kernels`: how near the kernels come to what the machine can do.
struct BenchKernelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernels", abstract: "Measure the network's kernels against the machine's peak.",
        discussion: """
            Every kernel at the size that it has in the published network at 432x240, the fastest of some runs. The \
            rate is that of the plain operation: one that saves multiplications may pass the peak. "By core" is the \
            share by processor time, the figure that suffers least from other load.
            """)

    @Option(
        help: ArgumentHelp("The instruction set, \(KernelLevel.names), or all (default: the best).", valueName: "level")
    )
    var level: String?

    @Option(help: ArgumentHelp("Only kernels whose name holds this.", valueName: "text"))
    var only: String?

    @Option(help: "Worker threads; 0 takes one a core.")
    var threads = 0

    @OptionGroup var output: BenchOutput
    @OptionGroup var talk: Talk

    func run() throws {
        try talk.logger.reportingErrors {
            guard (0...1024).contains(threads) else {
                throw FrameError(.badSetting, subject: "threads", detail: "is \(threads), expected 0 to 1024")
            }
            let cases = KernelCase.all.filter { kernel in only.map { kernel.name.contains($0) } ?? true }
            guard !cases.isEmpty else {
                let names = KernelCase.all.map(\.name).joined(separator: "; ")
                throw FrameError(.badSetting, subject: "only", detail: "\"\(only ?? "")\" is in no name of: \(names)")
            }
            let benchmark = KernelBenchmark(
                cases: cases, levels: try levels(),
                threads: threads > 0 ? threads : WorkerPool.availableCores())
            try output.write(benchmark.run())
        }
    }

    private func levels() throws -> [KernelLevel] {
        guard let level else { return [KernelLevel.best] }
        if level == "all" { return KernelLevel.available.reversed() }
        guard let found = KernelLevel.available.first(where: { $0.name == level }) else {
            throw FrameError(
                .badSetting, subject: "level",
                detail: "\"\(level)\" is neither all nor one that this processor has: \(KernelLevel.names)")
        }
        return [found]
    }
}

extension KernelLevel {
    /// The levels to choose from.
    fileprivate static var names: String { available.map(\.name).joined(separator: ", ") }
}
