public import Kernels

/// A square convolution with bias, an activation, and a residual added where one is given.
///
/// Shapes: [T, H, W, inputs] → [T, H / stride, W / stride, outputs] (rounded up), both with `Tensor.storedChannels`;
/// weights [outputs, inputs, k, k].
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
        /// Channels of the tensors that come in.
        var storedInputs: Int { Tensor.storedChannels(inputs) }
        /// Channels of the tensors that go out.
        var storedOutputs: Int { Tensor.storedChannels(outputs) }

        /// The window over a map of the given size.
        func window(height: Int, width: Int) -> SlidingWindow {
            SlidingWindow(
                channels: storedInputs, height: height, width: width, kernel: kernel, stride: stride,
                dilation: dilation, padding: dilation * (kernel - 1) / 2)
        }
    }

    public let geometry: Geometry
    private let algorithm: any ConvolutionAlgorithm

    /// - Parameters:
    ///   - weights: as a file has them; they are packed for the kernels and not kept.
    ///   - tile: outputs of a tile where the convolution is one for Winograd.
    public init(
        _ geometry: Geometry, weights: [Float], bias: [Float], activation: Activation = .none,
        tile: WinogradTile = .six
    ) {
        precondition(weights.count == geometry.weightCount, "a convolution's weights fit its geometry")
        precondition(bias.count == geometry.outputs, "a convolution has a bias an output")
        self.geometry = geometry
        if geometry.outputs == 3 {
            algorithm = PictureConvolution(geometry, weights: weights, bias: bias, activation: activation)
        } else if WinogradConvolution.supports(geometry, activation: activation) {
            algorithm = WinogradConvolution(
                geometry, weights: weights, bias: bias, activation: activation, tile: tile)
        } else if geometry.kernel == 1 && geometry.stride == 1 {
            algorithm = PointwiseProduct(geometry, weights: weights, bias: bias, activation: activation)
        } else {
            algorithm = ColumnProduct(geometry, weights: weights, bias: bias, activation: activation)
        }
    }

    /// activation(weights ∗ input + bias), and `residual` added to that.
    public func callAsFunction(_ input: Tensor, adding residual: Tensor? = nil, on workspace: Workspace) -> Tensor {
        precondition(
            input.shape.count == 4 && input.shape[3] == geometry.storedInputs, "a convolution has its own inputs")
        let window = geometry.window(height: input.shape[1], width: input.shape[2])
        let output = workspace.tensor(
            input.shape[0], window.outputHeight, window.outputWidth, geometry.storedOutputs)
        precondition(residual.map { $0.shape == output.shape } ?? true, "a residual has the output's shape")
        if output.count > 0 { algorithm.run(input, into: output, adding: residual, on: workspace) }
        return output
    }

    /// The convolution of the upsampled input; where the algorithm can, upsampled on its way into the tiles.
    public func callAsFunction(
        _ input: Tensor, upsampling: Upsample, adding residual: Tensor? = nil, on workspace: Workspace
    ) -> Tensor {
        guard geometry.dilation == 1, let winograd = algorithm as? WinogradConvolution else {
            return self(upsampling(input, on: workspace), adding: residual, on: workspace)
        }
        precondition(
            input.shape.count == 4 && input.shape[1] == upsampling.input.height
                && input.shape[2] == upsampling.input.width && input.shape[3] == geometry.storedInputs,
            "a convolution has its own inputs, of the size that the upsampling was planned for")
        let output = workspace.tensor(
            input.shape[0], upsampling.output.height, upsampling.output.width, geometry.storedOutputs)
        precondition(residual.map { $0.shape == output.shape } ?? true, "a residual has the output's shape")
        if output.count > 0 {
            winograd.run(input, doubling: upsampling.resize, into: output, adding: residual, on: workspace)
        }
        return output
    }
}

/// A way to compute convolutions; which one is chosen never shows in more than rounding.
///
/// It is made of a layer's geometry, weights, bias and activation, and keeps the weights only in its own order.
protocol ConvolutionAlgorithm: Sendable {
    /// Writes every value of `output`, which has some.
    ///
    /// Shapes: input [T, H, W, stored inputs]; output and residual [T, H / stride, W / stride, stored outputs].
    func run(_ input: Tensor, into output: Tensor, adding residual: Tensor?, on workspace: Workspace)
}
