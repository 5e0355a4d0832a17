internal import Kernels

/// Where and under what load something was measured.
struct BenchMachine: Encodable {
    let processor = ThisProcess.processor
    let cores = WorkerPool.availableCores()
    /// The instruction set of the kernels.
    let level = KernelLevel.best.name
    /// Threads that want to run, this program's among them.
    let load = ThisProcess.machineLoad

    var text: String {
        "\(processor), \(cores) cores, \(level) kernels, load \(load.rounded(to: 1))"
    }
}
