internal import Kernels

/// The keys and values of one frame in one block, of all heads, in the form that attention reads.
///
/// Made by `PatchAttention.remember`. Its memory goes back to its pool when it ends.
public final class PatchMemory {
    let heads: [PatchTokens]
    private let storage: Tensor
    /// Where each head's keys begin in the storage; its values follow them.
    private let places: [Int]
    /// Where each head's hidden bytes begin, in bytes.
    private let hiddenPlaces: [Int]?

    /// Memory for one frame, its words not yet written.
    ///
    /// - Parameter hidden: for each head a byte a token, not 0 where no query may see it; nil hides none.
    init(_ heads: [PatchTokens], hidden: [[UInt8]]?, from pool: TensorPool) {
        self.heads = heads
        var places: [Int] = []
        var words = 0
        for tokens in heads {
            places.append(words)
            words += 2 * tokens.words
        }
        self.places = places

        guard let hidden else {
            hiddenPlaces = nil
            storage = Tensor(uninitialized: [words], from: pool)
            return
        }
        precondition(
            hidden.count == heads.count && zip(hidden, heads).allSatisfy { $0.count == $1.count },
            "every head hides its own tokens")
        var hiddenPlaces: [Int] = []
        var bytes = words * MemoryLayout<Float>.stride
        for tokens in heads {
            hiddenPlaces.append(bytes)
            bytes += tokens.count
        }
        self.hiddenPlaces = hiddenPlaces
        let stride = MemoryLayout<Float>.stride
        storage = Tensor(uninitialized: [(bytes + stride - 1) / stride], from: pool)
        for (head, flags) in hidden.enumerated() { _ = frame(head).hidden?.update(fromContentsOf: flags) }
    }

    /// Units: bytes held.
    public var bytes: Int { storage.count * MemoryLayout<Float>.stride }

    /// One head's part.
    ///
    /// Ownership: valid while the memory is alive.
    func frame(_ head: Int) -> AttendedTokens.Frame {
        // SAFETY: only the kernels and the flags above write the storage, each part always as the same type.
        let base = UnsafeMutableRawPointer(storage.mutableValues.baseAddress)
        let words = base?.assumingMemoryBound(to: UInt32.self)
        let count = heads[head].words
        return (
            keys: UnsafeMutableBufferPointer(start: words.map { $0 + places[head] }, count: count),
            values: UnsafeMutableBufferPointer(start: words.map { $0 + places[head] + count }, count: count),
            hidden: hiddenPlaces.map { places in
                UnsafeMutableBufferPointer(
                    start: base.map { $0.assumingMemoryBound(to: UInt8.self) + places[head] }, count: heads[head].count)
            }
        )
    }
}
