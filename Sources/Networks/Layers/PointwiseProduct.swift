internal import Kernels

/// A 1×1 convolution: the map itself is the matrix that the weights multiply.
struct PointwiseProduct: ConvolutionAlgorithm {
    private let geometry: Convolution.Geometry
    private let weights: [Float]

    init(_ geometry: Convolution.Geometry, weights: [Float]) {
        self.geometry = geometry
        self.weights = weights
    }

    func run(
        _ input: Tensor, window: SlidingWindow, into output: Tensor, finish: ConvolutionFinish, residual: Tensor?,
        on workspace: Workspace
    ) {
        let size = window.outputHeight * window.outputWidth
        guard output.count > 0 else { return }
        let itemsPerFrame = (size + Self.valuesPerItem - 1) / Self.valuesPerItem

        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            let left = MatrixView(weights, rows: geometry.outputs, columns: geometry.inputs)
            workspace.run(input.shape[0] * itemsPerFrame) { item, _ in
                let frame = item / itemsPerFrame
                let first = item % itemsPerFrame * Self.valuesPerItem
                let values = first..<min(first + Self.valuesPerItem, size)
                guard let source = input[frame].baseAddress, let map = output.mutablePart(frame).baseAddress
                else { return }
                BLAS.multiply(
                    left,
                    MatrixView(source + first, rows: geometry.inputs, columns: values.count, stride: size),
                    into: MutableMatrixView(
                        map + first, rows: geometry.outputs, columns: values.count, stride: size))
                finish.apply(to: output, frame: frame, range: values, residual: residual)
            }
        }
    }

    /// Positions an item: enough for the product to reach its speed, few enough for the cores to share a map.
    private static let valuesPerItem = 768
}
