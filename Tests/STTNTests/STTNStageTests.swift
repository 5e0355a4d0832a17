import Foundation
import Inpainting
import Networks
import TestFormula
import Testing

@Suite(.serialized) struct STTNStageTests {
    private let goldens: [String: Golden]
    private let grids = [1, 3, 6, 12].map { STTNConfiguration.Grid(columns: $0, rows: $0) }
    private let frames = Tensor(shape: [2, 3, 96, 144], values: TestFormula.frames(2, height: 96, width: 144))
    private let masks = Tensor(shape: [2, 1, 96, 144], values: TestFormula.masks(2, height: 96, width: 144))
    private let maps = Tensor(
        shape: [2, 64, 24, 36], values: TestFormula.series("stage.maps", count: 2 * 64 * 24 * 36)
    ).channelsLast
    private let pictures: Tensor

    init() throws {
        let file = try #require(Bundle.module.url(forResource: "Goldens/stages", withExtension: "json"))
        goldens = try Golden.all(contentsOf: file)
        pictures = Tensor.pictures(planes: frames, hiding: masks)
    }

    /// - Parameter parts: maps or pictures of one frame each.
    private func check(_ name: String, channels: Int, _ parts: [Tensor]) throws {
        let golden = try #require(goldens[name])
        let planar = try parts.map { try #require($0.planar(channels: channels)) }
        let shape = [parts.count] + (planar.first?.shape.dropFirst() ?? [])
        let difference = golden.difference(from: planar.flatMap(\.array), shape: shape, maximum: 1e-4, mean: 1e-5)
        #expect(difference == nil, "\(difference ?? "")")
    }

    private func compact() throws -> STTN {
        try STTN(
            weights: Architecture.compact.weights, configuration: Architecture.compact.configuration(grids: grids),
            threads: 0)
    }

    @Test("the encoder's maps are PyTorch's")
    func encoder() throws {
        let network = try compact()
        try check(
            "encoder", channels: 64, (0..<2).map { network.encode(pictures.part($0), mask: masks.part($0)).map })
    }

    @Test("one block's maps are PyTorch's")
    func block() throws {
        // The golden's block is the second of the compact network, here the only one of a network of its own.
        let whole = Architecture.compact.configuration(grids: grids)
        let configuration = STTNConfiguration(
            encoderWidths: whole.encoderWidths, blocks: 1, decoderWidths: whole.decoderWidths, grids: grids,
            masksAttention: true)
        var tensors = Architecture.compact.weights.tensors
        for (name, tensor) in tensors where name.hasPrefix("transformer.1.") {
            tensors["transformer.0." + name.dropFirst("transformer.1.".count)] = tensor
        }
        let network = try STTN(
            weights: WeightFile(name: "one block", metadata: [:], tensors: tensors), configuration: configuration,
            threads: 0)
        let encoded = (0..<2).map { frame in
            STTN.EncodedFrame(
                map: maps.part(frame),
                hidden: network.encode(pictures.part(frame), mask: masks.part(frame)).hidden)
        }
        let crop = DecoderCrop(height: 96, width: 144)
        let transformed = network.transform(encoded, decoding: [crop, crop])
        try check("block", channels: 64, transformed.map { try #require($0).map })
    }

    @Test("the decoder's pictures are PyTorch's")
    func decoder() throws {
        let network = try compact()
        try check(
            "decoder", channels: 3,
            (0..<2).map { network.decode(MapPart(whole: maps.part($0)), DecoderCrop(height: 96, width: 144)) })
    }

    @Test("what is under a mask never reaches the network")
    func hidden() throws {
        let network = try compact()
        let other = Tensor(
            shape: frames.shape,
            values: zip(frames.array.indices, frames.array).map { index, value in
                let frame = index / (3 * 96 * 144)
                return masks.array[frame * 96 * 144 + index % (96 * 144)] == 1 ? -value : value
            })
        #expect(other.array != frames.array)
        #expect(
            network.forward(frames: frames, masks: masks).array == network.forward(frames: other, masks: masks).array)
    }

    @Test("any number of threads makes the same picture")
    func threads() throws {
        let configuration = Architecture.compact.configuration(grids: grids)
        let outputs = try [1, 2, 3].map { threads in
            try STTN(weights: Architecture.compact.weights, configuration: configuration, threads: threads)
                .forward(frames: frames, masks: masks).array
        }
        for output in outputs.dropFirst() {
            let worst = zip(output, outputs[0]).map { abs($0 - $1) }.max() ?? 1
            #expect(worst <= 1e-5)
        }
    }

    @Test("a second pass of the same size asks the system for no memory")
    func steadyMemory() throws {
        let network = try compact()
        _ = network.forward(frames: frames, masks: masks)
        let allocations = network.allocations
        #expect(allocations > 0)
        for _ in 0..<3 { _ = network.forward(frames: frames, masks: masks) }
        #expect(network.allocations == allocations)
    }

    @Test("no frames make no frames")
    func none() throws {
        let network = try compact()
        let output = network.forward(
            frames: Tensor(shape: [0, 3, 96, 144], values: []), masks: Tensor(shape: [0, 1, 96, 144], values: []))
        #expect(output.shape == [0, 3, 96, 144])
    }

    @Test("a tensor that is missing or misshapen is named")
    func damage() throws {
        let configuration = Architecture.compact.configuration(grids: grids)
        var tensors = Architecture.compact.weights.tensors
        tensors["decoder.2.bias"] = nil
        let missing = #expect(throws: WeightError.self) {
            try STTN(
                weights: WeightFile(name: "w", metadata: [:], tensors: tensors), configuration: configuration,
                threads: 1)
        }
        #expect(missing?.detail.contains("decoder.2.bias") == true)
        tensors["decoder.2.bias"] = WeightTensor(shape: [2], values: [0, 0])
        let misshapen = #expect(throws: WeightError.self) {
            try STTN(
                weights: WeightFile(name: "w", metadata: [:], tensors: tensors), configuration: configuration,
                threads: 1)
        }
        #expect(misshapen?.detail.contains("[2]") == true)
    }
}
