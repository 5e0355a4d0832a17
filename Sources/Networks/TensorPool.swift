internal import Synchronization

/// Memory of tensors that have ended, kept for those to come: a session that has found its pace allocates none.
public final class TensorPool: Sendable {
    /// One piece of memory that nobody uses.
    struct Block: @unchecked Sendable {  // Sendable because whoever holds a block is alone with its memory.
        let base: UnsafeMutablePointer<Float>
        let capacity: Int

        func free() { base.deallocate() }
    }

    private struct Free {
        let block: Block
        /// The number of the request before which it came back.
        let since: Int
    }

    private struct State {
        var free: [Free] = []
        var requests = 0
        var allocations = 0
    }

    private let excess: Int
    private let patience: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - excess: how many times the memory asked for a block may have; 1 is that and a page.
    ///   - patience: requests that a block may sit out before the system gets it back.
    public init(excess: Int = 2, patience: Int = 4096) {
        self.excess = excess
        self.patience = patience
    }

    deinit {
        state.withLock { state in for entry in state.free { entry.block.free() } }
    }

    /// How often memory had to be asked of the system so far.
    public var allocations: Int { state.withLock { $0.allocations } }

    /// Units: bytes held for nobody in particular.
    public var freeBytes: Int {
        state.withLock { $0.free.reduce(0) { $0 + $1.block.capacity * MemoryLayout<Float>.stride } }
    }

    /// The smallest kept block of at least `count` floats and not too many more, else new memory.
    func take(count: Int) -> TensorStorage {
        let block: Block? = state.withLock { state in
            state.requests += 1
            releaseForgotten(&state)
            // The newest of equals: it is the one still in the cache.
            var best: Int?
            for index in state.free.indices.reversed() {
                let capacity = state.free[index].block.capacity
                guard capacity >= count, capacity <= max(excess * count, count + 1024) else { continue }
                if best.map({ capacity < state.free[$0].block.capacity }) ?? true { best = index }
            }
            guard let best else {
                state.allocations += 1
                return nil
            }
            return state.free.remove(at: best).block
        }
        return block.map { TensorStorage($0, pool: self) } ?? TensorStorage(capacity: count, pool: self)
    }

    func giveBack(_ block: Block) {
        state.withLock { $0.free.append(Free(block: block, since: $0.requests)) }
    }

    /// Frees blocks of sizes that are no longer asked for; the list is in the order in which they came back.
    private func releaseForgotten(_ state: inout State) {
        while let oldest = state.free.first, state.requests - oldest.since > patience {
            oldest.block.free()
            state.free.removeFirst()
        }
    }
}
