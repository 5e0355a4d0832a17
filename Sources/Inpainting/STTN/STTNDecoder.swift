internal import Networks

/// Four convolutions, two of which follow a doubling of the sides, and tanh.
///
/// Shapes: [1, H/4, W/4, C] → [1, H, W, 3], or a box of that.
struct STTNDecoder {
    private let convolutions: [Convolution]

    init(_ layers: STTNLayers) {
        convolutions = STTNConfiguration.decoderNames.map { layers[$0] }
    }

    /// Shapes: the result is [1, crop.box.height, crop.box.width, 3].
    ///
    /// - Parameter part: of the map, at least what the crop is made of.
    func callAsFunction(_ part: MapPart, _ crop: DecoderCrop, on workspace: Workspace) -> Tensor {
        let whole = crop.mapSides
        let toHalf = Upsample(whole: whole, input: part.box, output: crop.coarse)
        let toWhole = Upsample(whole: (2 * whole.height, 2 * whole.width), input: crop.coarse, output: crop.fine)
        let half = convolutions[1](convolutions[0](part.map, upsampling: toHalf, on: workspace), on: workspace)
        let picture = convolutions[3](convolutions[2](half, upsampling: toWhole, on: workspace), on: workspace)
        return crop.fine == crop.box
            ? picture : picture.cropped(to: crop.box.relative(to: crop.fine), from: workspace.memory)
    }
}
