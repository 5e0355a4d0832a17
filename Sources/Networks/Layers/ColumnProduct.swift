internal import Kernels

/// Any convolution as one matrix product a few rows: what the window sees becomes columns, and the weights multiply them.
struct ColumnProduct: ConvolutionAlgorithm {
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
        let height = window.outputHeight
        let width = window.outputWidth
        guard output.count > 0 else { return }
        let rowsPerItem = Self.rowsPerItem(window, outputs: geometry.outputs)
        let itemsPerFrame = (height + rowsPerItem - 1) / rowsPerItem
        let size = height * width

        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            let left = MatrixView(weights, rows: geometry.outputs, columns: window.depth)
            workspace.run(input.shape[0] * itemsPerFrame, scratch: window.depth * rowsPerItem * width) {
                item, columns in
                let frame = item / itemsPerFrame
                let first = item % itemsPerFrame * rowsPerItem
                let rows = first..<min(first + rowsPerItem, height)
                let values = rows.lowerBound * width..<rows.upperBound * width
                window.writeColumns(of: input[frame], rows: rows, into: columns)
                guard let right = columns.baseAddress, let map = output.mutablePart(frame).baseAddress else { return }
                BLAS.multiply(
                    left, MatrixView(right, rows: window.depth, columns: values.count),
                    into: MutableMatrixView(
                        map + values.lowerBound, rows: geometry.outputs, columns: values.count, stride: size))
                finish.apply(to: output, frame: frame, range: values, residual: residual)
            }
        }
    }

    /// As many rows as keep an item's columns in a core's second-level cache, and more where the weights, which every
    /// item reads again, are larger than that.
    private static func rowsPerItem(_ window: SlidingWindow, outputs: Int) -> Int {
        let cacheFloats = 1 << 18
        let weightFloats = outputs * window.depth
        let rowFloats = max(window.depth * window.outputWidth, 1)
        return min(max(1, max(cacheFloats, 2 * weightFloats) / rowFloats), max(window.outputHeight, 1))
    }
}
