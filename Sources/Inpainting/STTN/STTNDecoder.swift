internal import Networks

/// Four convolutions, two of which follow a doubling of the sides, and tanh.
///
/// Shapes: [T, C, H/4, W/4] → [T, 3, H, W].
struct STTNDecoder {
    private let first: Convolution
    private let second: Convolution
    private let third: Convolution
    private let last: Convolution
    private let double = Upsample()

    init(_ weights: WeightFile, _ configuration: STTNConfiguration) throws(WeightError) {
        let names = STTNConfiguration.decoderNames
        let widths = configuration.decoderWidths
        func convolution(
            _ name: String, from inputs: Int, to outputs: Int,
            _ activation: Activation = STTNBlock.activation
        ) throws(WeightError) -> Convolution {
            try weights.convolution(name, .init(inputs: inputs, outputs: outputs), activation)
        }
        first = try convolution(names[0], from: configuration.channels, to: widths[0])
        second = try convolution(names[1], from: widths[0], to: widths[1])
        third = try convolution(names[2], from: widths[1], to: widths[2])
        last = try convolution(names[3], from: widths[2], to: 3, .tanh)
    }

    func callAsFunction(_ maps: Tensor, on workspace: Workspace) -> Tensor {
        let half = second(first(double(maps, on: workspace), on: workspace), on: workspace)
        return last(third(double(half, on: workspace), on: workspace), on: workspace)
    }
}
