import Inpainting
import PictureFixtures

/// A network of random weights, small enough that a test of the stage does not wait for it.
enum TinyNetwork {
    static func make() throws -> STTN {
        let grids = STTNConfiguration.referenceGrids
        let configuration = STTNConfiguration(
            encoderWidths: [4, 4, 4, 4], blocks: 1, decoderWidths: [4, 4, 4], grids: grids, masksAttention: true)
        var numbers = SeededNumbers(seed: 11)
        let tensors = configuration.tensorShapes.map { name, shape in
            let values = (0..<shape.reduce(1, *)).map { _ in Float.random(in: -0.3...0.3, using: &numbers) }
            return (name, WeightTensor(shape: shape, values: values))
        }
        return try STTN(
            weights: WeightFile(name: "random", metadata: [:], tensors: Dictionary(uniqueKeysWithValues: tensors)),
            configuration: configuration, threads: 1)
    }
}
