/// One named array of a weight file, as 32-bit floats in row-major order.
public struct WeightTensor: Hashable, Sendable {
    public let shape: [Int]
    public let values: [Float]

    public init(shape: [Int], values: [Float]) {
        precondition(values.count == shape.reduce(1, *), "a tensor holds as many values as its shape says")
        self.shape = shape
        self.values = values
    }

    /// The index of the first value that is infinite or no number; nil where there is none.
    public var firstNonFiniteIndex: Int? { values.firstIndex { !$0.isFinite } }
}

/// A network's tensors and what the file says of them. Weights are data: reading them executes nothing.
public struct WeightFile: Sendable {
    /// Where it came from, for messages.
    public let name: String
    /// The file's own words on its network (`__metadata__` of a .safetensors file); empty for PyTorch files.
    public let metadata: [String: String]
    public let tensors: [String: WeightTensor]

    public init(name: String, metadata: [String: String], tensors: [String: WeightTensor]) {
        self.name = name
        self.metadata = metadata
        self.tensors = tensors
    }
}
