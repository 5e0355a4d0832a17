internal import Kernels

/// A square convolution with bias, an activation, and a residual added where one is given.
///
/// Shapes: [T, inputs, H, W] → [T, outputs, H / stride, W / stride] (rounded up); weights [outputs, inputs, k, k].
public struct Convolution: Sendable {
    /// The hyper-parameters; the padding keeps maps their size at stride 1.
    public struct Geometry: Hashable, Sendable {
        public let inputs: Int
        public let outputs: Int
        public let kernel: Int
        public let stride: Int
        public let dilation: Int

        public init(inputs: Int, outputs: Int, kernel: Int = 3, stride: Int = 1, dilation: Int = 1) {
            precondition(kernel % 2 == 1, "a kernel has a middle")
            self.inputs = inputs
            self.outputs = outputs
            self.kernel = kernel
            self.stride = stride
            self.dilation = dilation
        }

        public var weightCount: Int { outputs * inputs * kernel * kernel }

        /// The window over a map of the given size.
        func window(height: Int, width: Int) -> SlidingWindow {
            SlidingWindow(
                channels: inputs, height: height, width: width, kernel: kernel, stride: stride, dilation: dilation,
                padding: dilation * (kernel - 1) / 2)
        }
    }

    public let geometry: Geometry
    private let algorithm: any ConvolutionAlgorithm
    private let finish: ConvolutionFinish

    public init(_ geometry: Geometry, weights: [Float], bias: [Float], activation: Activation = .none) {
        precondition(weights.count == geometry.weightCount, "a convolution's weights fit its geometry")
        precondition(bias.count == geometry.outputs, "a convolution has a bias an output")
        self.geometry = geometry
        self.finish = ConvolutionFinish(bias: bias, activation: activation)
        self.algorithm = Self.algorithm(for: geometry, weights: weights)
    }

    /// activation(weights ∗ input + bias), and `residual` added to that.
    public func callAsFunction(_ input: Tensor, adding residual: Tensor? = nil, on workspace: Workspace) -> Tensor {
        precondition(input.shape.count == 4 && input.shape[1] == geometry.inputs, "a convolution has its own inputs")
        let window = geometry.window(height: input.shape[2], width: input.shape[3])
        let output = workspace.tensor(input.shape[0], geometry.outputs, window.outputHeight, window.outputWidth)
        precondition(residual.map { $0.shape == output.shape } ?? true, "a residual has the output's shape")
        algorithm.run(input, window: window, into: output, finish: finish, residual: residual, on: workspace)
        return output
    }

    private static func algorithm(for geometry: Geometry, weights: [Float]) -> any ConvolutionAlgorithm {
        geometry.kernel == 1 && geometry.stride == 1
            ? PointwiseProduct(geometry, weights: weights) : ColumnProduct(geometry, weights: weights)
    }
}

/// A way to compute convolutions; which one is chosen never shows in more than rounding.
protocol ConvolutionAlgorithm: Sendable {
    /// Writes every value of `output`.
    func run(
        _ input: Tensor, window: SlidingWindow, into output: Tensor, finish: ConvolutionFinish, residual: Tensor?,
        on workspace: Workspace)
}

/// What is done to a convolution's products while they are still in the cache.
struct ConvolutionFinish: Sendable {
    let bias: [Float]
    let activation: Activation

    /// Finishes values `range` of every plane of frame `frame`.
    func apply(to output: Tensor, frame: Int, range: Range<Int>, residual: Tensor?) {
        let size = output.shape[2] * output.shape[3]
        let map = output.mutablePart(frame)
        let other = residual?[frame]
        for channel in bias.indices {
            let part = channel * size + range.lowerBound..<channel * size + range.upperBound
            let values = UnsafeMutableBufferPointer(rebasing: map[part])
            let added = other.map { UnsafeBufferPointer(rebasing: $0[part]) }
            activation.apply(to: values, bias: bias[channel], adding: added)
        }
    }
}
