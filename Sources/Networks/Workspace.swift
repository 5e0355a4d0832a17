public import Kernels

/// What layers run on: the workers, and memory that goes round.
///
/// One network's; used from one thread at a time.
public final class Workspace {
    public let workers: WorkerPool
    /// The instruction set that the layers' kernels use.
    public let level: KernelLevel
    /// For what lives as long as a pass at most.
    public let memory = TensorPool()
    /// For what passes leave behind: of it there is much, so that none may lie in a block much too large for it.
    let kept = TensorPool(excess: 1, patience: 512)

    /// How often memory for tensors had to be asked of the system so far.
    public var allocations: Int { memory.allocations + kept.allocations }

    /// - Parameter threads: cores to use; 0 is all of them.
    public init(threads: Int = 0, level: KernelLevel = .best) {
        self.level = level
        workers = WorkerPool(threads: threads)
    }

    /// Runs `body` for each item on all workers, each call with `scratch` floats of its worker's own.
    func run(
        _ items: Int, scratch: Int = 0, _ body: (_ item: Int, _ scratch: UnsafeMutableBufferPointer<Float>) -> Void
    ) {
        // Whole cache lines, so that two workers never write one.
        let room = (scratch + 15) / 16 * 16
        let memory = Tensor(uninitialized: [workers.threads, room], from: self.memory)
        workers.run(items) { item, worker in
            body(item, UnsafeMutableBufferPointer(rebasing: memory.mutablePart(worker)[..<scratch]))
        }
    }

    func tensor(_ shape: Int...) -> Tensor { Tensor(uninitialized: shape, from: memory) }
}
