/// The tensors of a PyTorch checkpoint, before their values are read.
struct TorchStateDictionary {
    /// In the order of their names.
    private let tensors: [(name: String, tensor: TorchTensor)]

    /// Finds the dictionary of tensors: the pickle's outermost object, or what it holds under one of the usual names.
    ///
    /// Whatever else a checkpoint carries beside it, a step count say, is left out.
    init(_ root: PickleValue, heap: PickleHeap) throws(WeightDefect) {
        guard let outer = heap.entries(of: root) else {
            throw WeightDefect(.foreign, "holds no dictionary of tensors")
        }
        let inner = ["netG", "state_dict", "model"].lazy.compactMap { outer[$0].flatMap(heap.entries) }.first
        tensors = (inner ?? outer).compactMap { name, value in
            if case .tensor(let tensor) = value { (name, tensor) } else { nil }
        }.sorted { $0.name < $1.name }
        guard !tensors.isEmpty else { throw WeightDefect(.foreign, "holds no dictionary of tensors") }
    }

    /// Gathers every tensor's values out of the storages' bytes.
    func values(
        from storages: [String: ArraySlice<UInt8>], fileBytes: Int
    ) throws(WeightDefect) -> [String: WeightTensor] {
        // Storages may be shared and strides may be 0, so that a small file could ask for any amount of memory.
        var allowance = max(fileBytes, 1 << 24)
        var values = [String: WeightTensor](minimumCapacity: tensors.count)
        for (name, tensor) in tensors {
            let storage = tensor.storage
            if case .other = storage.scalar { continue }
            guard let bytes = storages[storage.key] else {
                throw WeightDefect(.truncated, "tensor \(name) lies in storage \(storage.key), which is not there")
            }
            guard bytes.count == storage.bytes else {
                throw WeightDefect(
                    .truncated,
                    "tensor \(name) lies in storage \(storage.key) of \(storage.bytes) bytes; \(bytes.count) are there")
            }
            guard tensor.view.end <= storage.count else {
                throw WeightDefect(
                    .foreign,
                    "tensor \(name) reaches value \(tensor.view.end) of a storage that holds \(storage.count)")
            }
            guard tensor.view.count <= allowance else {
                throw WeightDefect(
                    .foreign, "tensor \(name) and those before it unfold to far more than the file holds")
            }
            allowance -= tensor.view.count
            values[name] = WeightTensor(
                shape: tensor.view.shape,
                values: bytes.withUnsafeBytes { storage.scalar.values(of: tensor.view, in: $0) })
        }
        return values
    }
}
