internal import Kernels

/// What follows a layer's products before they leave the cache.
struct ProductFinish: Sendable {
    /// A value a stored output, zero where there is no channel.
    private let bias: [Float]
    private let activation: Activation

    init(bias: [Float], activation: Activation) {
        self.bias = bias + [Float](repeating: 0, count: PackedMatrix.roundedUp(bias.count) - bias.count)
        self.activation = activation
    }

    /// c = activation(a · b + bias) + residual.
    func multiply(
        _ a: MatrixView, _ b: PackedMatrix, into c: MutableMatrixView, adding residual: MatrixView?,
        at level: KernelLevel, scratch: UnsafeMutableBufferPointer<Float>? = nil
    ) {
        bias.withUnsafeBufferPointer {
            level.multiply(a, b, into: c, bias: $0, slope: activation.slope, adding: residual, scratch: scratch)
        }
        guard activation == .tanh else { return }
        precondition(residual == nil, "no layer adds a residual to a tanh")
        for row in 0..<c.rows {
            level.tanh(UnsafeMutableBufferPointer(start: c.base + row * c.stride, count: c.columns))
        }
    }
}
