internal import Glibc

/// The memory of one tensor, aligned to cache lines, which goes back to its pool when the tensor ends.
final class TensorStorage {
    /// From here on memory is aligned to, and asked for in, huge pages: first touch of small ones costs more than the
    /// arithmetic done on them.
    static let largeBytes = 2 << 20
    private static let pageBytes = 4096

    let base: UnsafeMutablePointer<Float>
    /// Units: floats.
    let capacity: Int
    private let pool: TensorPool?

    /// Allocates room for at least `capacity` floats.
    init(capacity: Int, pool: TensorPool?) {
        let bytes = max(capacity * MemoryLayout<Float>.stride, 64)
        let large = bytes >= Self.largeBytes
        let step = large ? Self.pageBytes : 64
        let rounded = (bytes + step - 1) / step * step
        let memory = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: large ? Self.largeBytes : 64)
        // The rest behind the last whole one would take a huge page of its own.
        if large { madvise(memory, rounded / Self.largeBytes * Self.largeBytes, MADV_HUGEPAGE) }
        self.base = memory.assumingMemoryBound(to: Float.self)
        self.capacity = rounded / MemoryLayout<Float>.stride
        self.pool = pool
    }

    /// Takes over memory that `pool` kept.
    init(_ block: TensorPool.Block, pool: TensorPool) {
        base = block.base
        capacity = block.capacity
        self.pool = pool
    }

    deinit {
        let block = TensorPool.Block(base: base, capacity: capacity)
        if let pool { pool.giveBack(block) } else { block.free() }
    }
}
