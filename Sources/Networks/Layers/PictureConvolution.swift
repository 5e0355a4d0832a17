internal import Kernels

/// A convolution to a picture's three channels, which are too few to be the columns of a product.
struct PictureConvolution: ConvolutionAlgorithm {
    private let geometry: Convolution.Geometry
    /// Shapes: [k, 3, k × stored inputs].
    private let weights: [Float]
    private let bias: [Float]
    private let activation: Activation

    init(_ geometry: Convolution.Geometry, weights: [Float], bias: [Float], activation: Activation) {
        precondition(geometry.outputs == 3 && geometry.inputs != 3, "a picture is made of a map")
        self.geometry = geometry
        self.bias = bias
        self.activation = activation
        let columns = geometry.columns(of: weights)
        let run = geometry.kernel * geometry.storedInputs
        self.weights = (0..<geometry.kernel).flatMap { row in
            (0..<3).flatMap { output in
                let first = (output * geometry.kernel + row) * run
                return columns[first..<first + run]
            }
        }
    }

    func run(_ input: Tensor, into output: Tensor, adding residual: Tensor?, on workspace: Workspace) {
        precondition(residual == nil, "nothing is added to a picture")
        let window = geometry.window(height: input.shape[1], width: input.shape[2])
        let width = 3 * window.outputWidth
        let itemsPerFrame = (window.outputHeight + Self.rowsPerItem - 1) / Self.rowsPerItem

        workspace.run(input.shape[0] * itemsPerFrame) { item, _ in
            let (frame, part) = item.quotientAndRemainder(dividingBy: itemsPerFrame)
            let first = part * Self.rowsPerItem
            let rows = first..<min(first + Self.rowsPerItem, window.outputHeight)
            let picture = UnsafeMutableBufferPointer(
                rebasing: output.mutablePart(frame)[rows.lowerBound * width..<rows.upperBound * width])
            weights.withUnsafeBufferPointer { weights in
                bias.withUnsafeBufferPointer { bias in
                    workspace.level.makePicture(
                        window, of: input[frame], weights: weights, bias: bias, slope: activation.slope, rows: rows,
                        into: picture)
                }
            }
            if activation == .tanh { workspace.level.tanh(picture) }
        }
    }

    /// Few enough for the cores to end together; an item reads the rows that its neighbours read from the cache.
    private static let rowsPerItem = 4
}
