import Foundation
import Networks
import TestFormula
import Testing

/// Each layer alone against PyTorch, on small odd maps.
@Suite struct LayerGoldenTests {
    private let goldens: [String: Golden]
    private let workspace = Workspace(threads: 2)

    init() throws {
        let file = try #require(Bundle.module.url(forResource: "Goldens/layers", withExtension: "json"))
        goldens = try Golden.all(contentsOf: file)
    }

    private func check(_ name: String, _ tensor: Tensor) throws {
        let golden = try #require(goldens[name])
        let difference = golden.difference(from: tensor.array, shape: tensor.shape, maximum: 2e-5, mean: 5e-6)
        #expect(difference == nil, "\(difference ?? "")")
    }

    private func series(_ name: String, _ shape: [Int]) -> Tensor {
        Tensor(shape: shape, values: TestFormula.series(name, count: shape.reduce(1, *)))
    }

    private func convolution(_ name: String, _ geometry: Convolution.Geometry, _ activation: Activation) -> Convolution
    {
        let (kernel, inputs, outputs) = (geometry.kernel, geometry.inputs, geometry.outputs)
        return Convolution(
            geometry,
            weights: TestFormula.parameter("\(name).weight", shape: [outputs, inputs, kernel, kernel]),
            bias: TestFormula.parameter("\(name).bias", shape: [outputs]), activation: activation)
    }

    @Test(
        "every kind of convolution, with every finish",
        arguments: [
            ("plain", Convolution.Geometry(inputs: 5, outputs: 7)),
            ("strided", Convolution.Geometry(inputs: 5, outputs: 7, stride: 2)),
            ("dilated", Convolution.Geometry(inputs: 5, outputs: 7, dilation: 2)),
            ("pointwise", Convolution.Geometry(inputs: 5, outputs: 7, kernel: 1)),
        ])
    func convolutions(name: String, geometry: Convolution.Geometry) throws {
        let input = series("layer.input", [2, 5, 9, 13]).channelsLast
        func check(_ name: String, _ output: Tensor) throws {
            try self.check(name, try #require(output.planar(channels: geometry.outputs)))
        }
        let leaky = convolution(name, geometry, .leaky(slope: 0.2))
        try check(name, convolution(name, geometry, .none)(input, on: workspace))
        try check("\(name).leaky", leaky(input, on: workspace))
        try check("\(name).tanh", convolution(name, geometry, .tanh)(input, on: workspace))
        if geometry.stride == 1 {
            try check(
                "\(name).residual",
                leaky(input, adding: series("layer.residual", [2, 7, 9, 13]).channelsLast, on: workspace))
        }
    }

    @Test("upsampling keeps the corners in place", arguments: [[2, 3, 5, 7], [1, 2, 1, 4], [1, 1, 30, 54]])
    func upsample(shape: [Int]) throws {
        let name = shape.map(String.init).joined(separator: "x")
        let doubled = Upsample(height: shape[2], width: shape[3])(
            series("layer.upsample", shape).channelsLast, on: workspace)
        try check("upsample.\(name)", try #require(doubled.planar(channels: shape[1])))
    }

    @Test("a part of a doubled map is made of a part of the map, and has the whole's values")
    func upsampleParts() {
        let (height, width) = (13, 30)
        let map = Tensor(
            shape: [2, height, width, 16], values: TestFormula.series("map", count: 2 * height * width * 16))
        let whole = Upsample(height: height, width: width)(map, on: workspace)
        let ends = [(0..<2 * height, 0..<1), (3..<4, 7..<60), (0..<9, 11..<32), (20..<26, 59..<60), (5..<5, 3..<9)]
        for (rows, columns) in ends {
            let output = MapBox(rows: rows, columns: columns)
            let source = Upsample.source(of: output, height: height, width: width)
            for input in [source, source.expanded(by: 2, in: MapBox(height: height, width: width))] {
                let upsample = Upsample(whole: (height, width), input: input, output: output)
                #expect(upsample(map.cropped(to: input), on: workspace).array == whole.cropped(to: output).array)
            }
        }
    }

    @Test(
        "attention over all keys, over those not hidden, and with every key hidden",
        arguments: ["open", "masked", "all-masked"])
    func attention(name: String) throws {
        let grids = [1, 3, 6, 12].map { PatchGrid(columns: $0, rows: $0) }
        let embeddings = PointwiseProduct(
            inputs: 16,
            parts: ["query", "key", "value"].map { part in
                PointwiseProduct.Part(
                    weights: TestFormula.parameter("attention.\(part)_embedding.weight", shape: [16, 16, 1, 1]).map {
                        $0 * 4
                    },
                    bias: TestFormula.parameter("attention.\(part)_embedding.bias", shape: [16]))
            })
        let attention = PatchAttention(grids: grids, channels: 16)
        let projected = embeddings(series("layer.maps", [3, 16, 12, 24]).channelsLast, on: workspace)
        var values = TestFormula.masks(3, height: 12, width: 24)
        for index in values.indices where name == "all-masked" || index / (12 * 24) == 1 { values[index] = 1 }
        let mask = Tensor(shape: [3, 1, 12, 24], values: values)
        let memories = (0..<3).map { frame in
            attention.remember(
                projected.part(frame),
                hidden: name == "open" ? nil : grids.map { $0.hiddenTokens(mask.part(frame)) }, on: workspace)
        }

        let all = Tensor(uninitialized: [3, 12, 24, 16])
        for frame in 0..<3 {
            all.setPart(frame, to: attention(projected.part(frame), attendingTo: memories, on: workspace))
        }
        try check("attention.\(name)", try #require(all.planar(channels: 16)))
        let first = attention(projected.part(0), attendingTo: [memories[0]], on: workspace)
        try check("attention.\(name).first", try #require(first.planar(channels: 16)))
    }
}
