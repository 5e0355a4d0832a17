internal import Networks

/// Four convolutions, two of which halve the sides.
///
/// Shapes: [T, 3, H, W] → [T, C, H/4, W/4].
struct STTNEncoder {
    private let convolutions: [Convolution]

    init(_ weights: WeightFile, _ configuration: STTNConfiguration) throws {
        let widths = [3] + configuration.encoderWidths
        convolutions = try [2, 1, 2, 1].enumerated().map { index, stride in
            try weights.convolution(
                "encoder.\(2 * index)",
                .init(inputs: widths[index], outputs: widths[index + 1], stride: stride), STTNBlock.activation)
        }
    }

    func callAsFunction(_ pictures: Tensor, on workspace: Workspace) -> Tensor {
        convolutions.reduce(pictures) { map, convolution in convolution(map, on: workspace) }
    }
}
