public import Kernels

/// A 1×1 convolution, or several of one map side by side: the map itself is the matrix that the weights multiply.
///
/// Shapes: [T, H, W, inputs] → [T, H, W, stored outputs of the first | of the second | …].
public struct PointwiseProduct: Sendable {
    /// The weights and bias of one 1×1 convolution.
    public struct Part: Sendable {
        public let weights: [Float]
        public let bias: [Float]

        /// - Parameter weights: [outputs, inputs, 1, 1].
        public init(weights: [Float], bias: [Float]) {
            self.weights = weights
            self.bias = bias
        }
    }

    private let weights: PackedMatrix
    private let finish: ProductFinish

    /// - Parameter precision: what the products are made of; maps are floats on both sides.
    public init(inputs: Int, parts: [Part], activation: Activation = .none, precision: Precision = .fp32) {
        let stored = Tensor.storedChannels(inputs)
        var columns: [Float] = []
        var bias: [Float] = []
        for part in parts {
            let geometry = Convolution.Geometry(inputs: inputs, outputs: part.bias.count, kernel: 1)
            precondition(part.weights.count == geometry.weightCount, "a part's weights fit its inputs and outputs")
            columns += geometry.columns(of: part.weights)
            bias += part.bias
            // The next part begins where this one's stored channels end.
            let surplus = PackedMatrix.roundedUp(bias.count) - bias.count
            columns += [Float](repeating: 0, count: surplus * stored)
            bias += [Float](repeating: 0, count: surplus)
        }
        weights = PackedMatrix(columns: columns, count: bias.count, depth: stored, precision: precision)
        finish = ProductFinish(bias: bias, activation: activation)
    }

    public func callAsFunction(_ input: Tensor, on workspace: Workspace) -> Tensor {
        precondition(input.shape.count == 4 && input.shape[3] == weights.depth, "a product has its own inputs")
        let output = workspace.tensor(input.shape[0], input.shape[1], input.shape[2], weights.columns)
        if output.count > 0 { run(input, into: output, adding: nil, on: workspace) }
        return output
    }
}

extension PointwiseProduct: ConvolutionAlgorithm {
    init(_ geometry: Convolution.Geometry, weights: [Float], bias: [Float], activation: Activation) {
        self.init(inputs: geometry.inputs, parts: [Part(weights: weights, bias: bias)], activation: activation)
    }

    func run(_ input: Tensor, into output: Tensor, adding residual: Tensor?, on workspace: Workspace) {
        let strips = Strips(
            places: input.shape[0] * input.shape[1] * input.shape[2], floatsPerPlace: weights.depth + weights.columns,
            threads: workspace.workers.threads)
        let columns = weights.columns
        guard let source = input.values.baseAddress, let target = output.mutableValues.baseAddress else { return }
        workspace.run(strips.count, scratch: weights.scratch(rows: strips.length)) { item, scratch in
            let (_, places) = strips[item]
            finish.multiply(
                MatrixView(source + places.lowerBound * weights.depth, rows: places.count, columns: weights.depth),
                weights,
                into: MutableMatrixView(target + places.lowerBound * columns, rows: places.count, columns: columns),
                adding: residual?.values.baseAddress.map {
                    MatrixView($0 + places.lowerBound * columns, rows: places.count, columns: columns)
                },
                at: workspace.level, scratch: scratch)
        }
    }
}
