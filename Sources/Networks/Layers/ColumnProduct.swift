internal import Kernels

/// Any convolution as products with packed weights: what the window sees at each place becomes a row, and a strip of
/// rows, small enough to stay in the cache, is multiplied by the weights.
struct ColumnProduct: ConvolutionAlgorithm {
    private let geometry: Convolution.Geometry
    private let weights: PackedMatrix
    private let finish: ProductFinish

    init(_ geometry: Convolution.Geometry, weights: [Float], bias: [Float], activation: Activation) {
        self.geometry = geometry
        self.weights = PackedMatrix(
            columns: geometry.columns(of: weights), count: geometry.outputs,
            depth: geometry.kernel * geometry.kernel * geometry.storedInputs)
        finish = ProductFinish(bias: bias, activation: activation)
    }

    func run(_ input: Tensor, into output: Tensor, adding residual: Tensor?, on workspace: Workspace) {
        let window = geometry.window(height: input.shape[1], width: input.shape[2])
        let places = window.outputHeight * window.outputWidth
        let strips = Strips(
            places: places, frames: input.shape[0], floatsPerPlace: window.depth + weights.columns,
            threads: workspace.workers.threads)
        let columns = weights.columns

        workspace.run(strips.count, scratch: strips.length * window.depth) { item, scratch in
            let (frame, places) = strips[item]
            window.writeRows(of: input[frame], places: places, into: scratch)
            guard let rows = scratch.baseAddress, let map = output.mutablePart(frame).baseAddress else { return }
            finish.multiply(
                MatrixView(rows, rows: places.count, columns: window.depth), weights,
                into: MutableMatrixView(map + places.lowerBound * columns, rows: places.count, columns: columns),
                adding: residual?[frame].baseAddress.map {
                    MatrixView($0 + places.lowerBound * columns, rows: places.count, columns: columns)
                },
                at: workspace.level)
        }
    }
}

extension Convolution.Geometry {
    /// The weights of each stored output one after the other, in the order of a window's row: taps, then channels.
    ///
    /// Shapes: [outputs, inputs, k, k] → [outputs, k × k × stored inputs].
    func columns(of weights: [Float]) -> [Float] {
        let taps = kernel * kernel
        let stored = storedInputs
        var columns = [Float](repeating: 0, count: outputs * taps * stored)
        for output in 0..<outputs {
            for channel in 0..<inputs {
                for tap in 0..<taps {
                    columns[(output * taps + tap) * stored + channel] =
                        weights[
                            (output * inputs + channel) * taps + tap]
                }
            }
        }
        return columns
    }
}
