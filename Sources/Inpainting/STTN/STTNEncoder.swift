internal import Networks

/// Four convolutions, two of which halve the sides.
///
/// Shapes: [T, H, W, 3] → [T, H/4, W/4, C].
struct STTNEncoder {
    private let convolutions: [Convolution]

    init(_ layers: STTNLayers) {
        convolutions = STTNConfiguration.encoderNames.map { layers[$0] }
    }

    func callAsFunction(_ pictures: Tensor, on workspace: Workspace) -> Tensor {
        convolutions.reduce(pictures) { maps, convolution in convolution(maps, on: workspace) }
    }
}
