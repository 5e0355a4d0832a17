/// A storage a pickle speaks of: its bytes stand elsewhere in the file, under its key.
struct TorchStorage {
    let key: String
    let scalar: ScalarType
    /// The number of its values.
    let count: Int

    var bytes: Int { count * scalar.bytes }

    /// Takes `("storage", type, key, location, count)`; the older stream adds a view, which is none since PyTorch 0.4.
    ///
    /// The location, such as `cuda:0`, says where the values once were and nothing of them.
    init(persistentID: PickleValue, heap: PickleHeap) throws(WeightDefect) {
        guard let fields = heap.elements(of: persistentID), fields.count == 5 || fields.count == 6,
            fields[0].text == "storage", case .global(.storage(let scalar)) = fields[1], let key = fields[2].text,
            let count = fields[4].integer, count >= 0, count <= FileBytes.longest
        else { throw WeightDefect(.foreign, "holds a pickle that refers to something other than a storage") }
        if fields.count == 6, case .none = fields[5] {
        } else if fields.count == 6 {
            throw WeightDefect(.foreign, "storage \(key) is a part of another, as PyTorch wrote before 0.4")
        }
        self.key = key
        self.scalar = scalar
        self.count = count
    }
}

/// A tensor a pickle speaks of: some values of a storage.
struct TorchTensor {
    let storage: TorchStorage
    let view: StridedView

    /// Takes `_rebuild_tensor_v2`'s arguments: storage, offset, size, stride, and what only training needs.
    init(arguments: [PickleValue], heap: PickleHeap) throws(WeightDefect) {
        guard arguments.count >= 6, case .storage(let storage) = arguments[0], let offset = arguments[1].integer,
            let shape = heap.integers(of: arguments[2]), let strides = heap.integers(of: arguments[3])
        else { throw WeightDefect(.foreign, "holds a pickle that describes a tensor in another way than PyTorch does") }
        guard let view = StridedView(shape: shape, strides: strides, offset: offset) else {
            throw WeightDefect(
                .foreign,
                "holds a tensor with offset \(offset), shape \(shape) and strides \(strides), which no tensor has")
        }
        self.storage = storage
        self.view = view
    }
}
