internal import Kernels

/// The keys and values of one frame, as one block's heads read them.
public final class PatchMemory {
    /// For each head, its keys.
    ///
    /// Shapes: [tokens, D].
    let keys: [Tensor]
    /// For each head, its values, as the keys.
    let values: [Tensor]
    /// For each head, the keys that no query may see; nil hides none.
    let hidden: [[UInt8]]?

    init(keys: [Tensor], values: [Tensor], hidden: [[UInt8]]?) {
        self.keys = keys
        self.values = values
        self.hidden = hidden
    }

    /// Units: bytes of keys and values.
    public var bytes: Int {
        (keys + values).reduce(0) { $0 + $1.count * MemoryLayout<Float>.stride }
    }
}
