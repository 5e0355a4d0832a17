internal import Networks

/// Four convolutions, two of which follow a doubling of the sides, and tanh.
///
/// Shapes: [T, H/4, W/4, C] → [T, H, W, 3], or a box of that.
struct STTNDecoder {
    private let convolutions: [Convolution]

    init(_ layers: STTNLayers) {
        convolutions = STTNConfiguration.decoderNames.map { layers[$0] }
    }

    /// Whole pictures.
    func callAsFunction(_ maps: Tensor, on workspace: Workspace) -> Tensor {
        let (height, width) = (4 * maps.shape[1], 4 * maps.shape[2])
        return run(
            maps, DecoderCrop(of: MapBox(height: height, width: width), height: height, width: width), on: workspace)
    }

    /// One box of the pictures, and of every map only what that needs.
    ///
    /// Shapes: the result is [T, box.height, box.width, 3].
    func callAsFunction(_ maps: Tensor, box: MapBox, on workspace: Workspace) -> Tensor {
        let crop = DecoderCrop(of: box, height: 4 * maps.shape[1], width: 4 * maps.shape[2])
        let picture = run(maps, crop, on: workspace)
        return crop.fine == box
            ? picture : picture.cropped(to: box.relative(to: crop.fine), from: workspace.memory)
    }

    /// Shapes: the result is [T, crop.fine.height, crop.fine.width, 3].
    private func run(_ maps: Tensor, _ crop: DecoderCrop, on workspace: Workspace) -> Tensor {
        let (height, width) = (maps.shape[1], maps.shape[2])
        let toHalf = Upsample(
            whole: (height, width), input: MapBox(height: height, width: width), output: crop.coarse)
        let toWhole = Upsample(whole: (2 * height, 2 * width), input: crop.coarse, output: crop.fine)
        let half = convolutions[1](convolutions[0](toHalf(maps, on: workspace), on: workspace), on: workspace)
        return convolutions[3](convolutions[2](toWhole(half, on: workspace), on: workspace), on: workspace)
    }
}
