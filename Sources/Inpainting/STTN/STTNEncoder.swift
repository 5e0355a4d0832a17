internal import Networks

/// Four convolutions, two of which halve the sides.
///
/// Shapes: [T, 3, H, W] → [T, C, H/4, W/4].
struct STTNEncoder {
    private let convolutions: [Convolution]

    init(_ weights: WeightFile, _ configuration: STTNConfiguration) throws(WeightError) {
        let widths = [3] + configuration.encoderWidths
        var convolutions: [Convolution] = []
        for (index, name) in STTNConfiguration.encoderNames.enumerated() {
            let geometry = Convolution.Geometry(
                inputs: widths[index], outputs: widths[index + 1], stride: index.isMultiple(of: 2) ? 2 : 1)
            convolutions.append(try weights.convolution(name, geometry, STTNBlock.activation))
        }
        self.convolutions = convolutions
    }

    func callAsFunction(_ pictures: Tensor, on workspace: Workspace) -> Tensor {
        convolutions.reduce(pictures) { map, convolution in convolution(map, on: workspace) }
    }
}
