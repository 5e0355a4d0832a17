internal import Kernels
internal import Networks
internal import Synchronization

/// A network's convolutions, packed from its weights.
///
/// Packing is arithmetic too: the workers share it, and nothing of the weights is kept.
struct STTNLayers {
    private let convolutions: [String: Convolution]
    /// For each block, query, key and value side by side.
    private let embeddings: [PointwiseProduct]

    /// Throws: `misshapen`, naming the tensor that is missing or has another shape than `configuration` says.
    init(
        _ weights: WeightFile, _ configuration: STTNConfiguration, precision: Precision, expectedPixels: Int?,
        on workspace: Workspace
    ) throws(WeightError) {
        let layers = configuration.layers
        for layer in layers { try weights.check(layer) }
        let names = (0..<configuration.blocks).map { STTNConfiguration.blockNames($0).embeddings }
        let embedded = Set(names.joined())
        let others = layers.filter { !embedded.contains($0.name) }

        let packed = Mutex((convolutions: [String: Convolution](), embeddings: [Int: PointwiseProduct]()))
        workspace.workers.run(others.count + names.count) { item, _ in
            if item < others.count {
                let layer = others[item]
                let convolution = Convolution(
                    layer.geometry, weights: weights.values("\(layer.name).weight"),
                    bias: weights.values("\(layer.name).bias"), activation: layer.activation,
                    tile: layer.tile(forPixels: expectedPixels))
                packed.withLock { $0.convolutions[layer.name] = convolution }
            } else {
                let block = item - others.count
                let product = PointwiseProduct(
                    inputs: configuration.channels,
                    parts: names[block].map {
                        .init(weights: weights.values("\($0).weight"), bias: weights.values("\($0).bias"))
                    },
                    precision: precision)
                packed.withLock { $0.embeddings[block] = product }
            }
        }
        let (convolutions, embeddings) = packed.withLock { ($0.convolutions, $0.embeddings) }
        self.convolutions = convolutions
        self.embeddings = names.indices.compactMap { embeddings[$0] }
    }

    subscript(name: String) -> Convolution {
        guard let convolution = convolutions[name] else { preconditionFailure("a network has its own layers") }
        return convolution
    }

    func embeddings(ofBlock block: Int) -> PointwiseProduct { embeddings[block] }
}

extension STTNConfiguration.Layer {
    /// Large tiles need fewer multiplications and almost twice the memory for weights, which is worth it where the maps
    /// are large too or the weights few.
    fileprivate func tile(forPixels pixels: Int?) -> WinogradTile {
        guard let pixels, geometry.inputs * geometry.outputs >= 128 * 128 else { return .six }
        return pixels / (scale * scale) < 3000 ? .four : .six
    }
}

extension WeightFile {
    fileprivate func check(_ layer: STTNConfiguration.Layer) throws(WeightError) {
        for (name, shape) in layer.tensorShapes {
            guard let tensor = tensors[name] else {
                throw WeightError(
                    .misshapen, subject: self.name, detail: "tensor \(name) is missing, expected shape \(shape)")
            }
            guard tensor.shape == shape else {
                throw WeightError(
                    .misshapen, subject: self.name,
                    detail: "tensor \(name) has shape \(tensor.shape), expected \(shape)")
            }
        }
    }

    /// The values of a tensor that has been checked.
    fileprivate func values(_ name: String) -> [Float] { tensors[name]?.values ?? [] }
}
