import Networks
import TestFormula
import Testing

/// Convolutions whose maps are divided among many items, against a loop over every tap.
@Suite struct ConvolutionTests {
    private func taps(_ input: Tensor, _ geometry: Convolution.Geometry, _ weights: [Float]) -> [Double] {
        let (height, width) = (input.shape[2], input.shape[3])
        let padding = geometry.dilation * (geometry.kernel - 1) / 2
        let values = input.array
        var output: [Double] = []
        for frame in 0..<input.shape[0] {
            for channel in 0..<geometry.outputs {
                for y in stride(from: 0, to: height, by: geometry.stride) {
                    for x in stride(from: 0, to: width, by: geometry.stride) {
                        var sum = 0.0
                        for source in 0..<geometry.inputs {
                            for ky in 0..<geometry.kernel {
                                for kx in 0..<geometry.kernel {
                                    let (sy, sx) = (
                                        y + ky * geometry.dilation - padding, x + kx * geometry.dilation - padding
                                    )
                                    guard sy >= 0, sy < height, sx >= 0, sx < width else { continue }
                                    let tap = ((channel * geometry.inputs + source) * geometry.kernel + ky)
                                    sum +=
                                        Double(weights[tap * geometry.kernel + kx])
                                        * Double(
                                            values[((frame * geometry.inputs + source) * height + sy) * width + sx])
                                }
                            }
                        }
                        output.append(sum)
                    }
                }
            }
        }
        return output
    }

    @Test(
        "a map divided among items is whole again",
        arguments: [
            (Convolution.Geometry(inputs: 40, outputs: 3), [2, 40, 7, 731]),
            (Convolution.Geometry(inputs: 40, outputs: 2, stride: 2), [1, 40, 9, 1461]),
            (Convolution.Geometry(inputs: 40, outputs: 2, dilation: 2), [1, 40, 5, 733]),
            (Convolution.Geometry(inputs: 20, outputs: 2, kernel: 5, dilation: 2), [1, 20, 5, 133]),
            (Convolution.Geometry(inputs: 3, outputs: 5, kernel: 1), [2, 3, 41, 43]),
            (Convolution.Geometry(inputs: 1, outputs: 1), [1, 1, 1, 1]),
            (Convolution.Geometry(inputs: 2, outputs: 2, dilation: 2), [1, 2, 1, 3]),
        ])
    func divided(geometry: Convolution.Geometry, shape: [Int]) throws {
        let weights = TestFormula.series("weights", count: geometry.weightCount)
        let input = Tensor(shape: shape, values: TestFormula.series("input", count: shape.reduce(1, *)))
        let convolution = Convolution(
            geometry, weights: weights, bias: [Float](repeating: 0, count: geometry.outputs))
        let output = try #require(
            convolution(input.channelsLast, on: Workspace(threads: 2)).planar(channels: geometry.outputs))
        let expected = taps(input, geometry, weights)
        try #require(output.count == expected.count)
        // Winograd's error follows the size of a sum's terms, not of the sum: some 1e-5 of the values' own size.
        let exact = geometry.kernel != 3 || geometry.stride != 1 || geometry.outputs == 3
        let bound = (exact ? 1e-5 : 1e-4) * max(1, expected.lazy.map(abs).max() ?? 0)
        for (index, value) in output.array.enumerated() {
            try #require(abs(Double(value) - expected[index]) < bound, "[\(index)]: \(value), want \(expected[index])")
        }
    }

    @Test("no frames make no frames", arguments: [1, 3])
    func empty(kernel: Int) {
        let geometry = Convolution.Geometry(inputs: 2, outputs: 3, kernel: kernel)
        let convolution = Convolution(
            geometry, weights: [Float](repeating: 1, count: geometry.weightCount), bias: [0, 0, 0])
        let output = convolution(Tensor(shape: [0, 4, 5, 16], values: []), on: Workspace(threads: 1))
        #expect(output.shape == [0, 4, 5, 3])
    }

    @Test("1×1 convolutions side by side are each what it is alone", arguments: [[5, 7, 16], [33]])
    func sideBySide(outputs: [Int]) throws {
        let geometries = outputs.map { Convolution.Geometry(inputs: 20, outputs: $0, kernel: 1) }
        let parts = geometries.enumerated().map { index, geometry in
            PointwiseProduct.Part(
                weights: TestFormula.series("weights.\(index)", count: geometry.weightCount),
                bias: TestFormula.series("bias.\(index)", count: geometry.outputs))
        }
        let input = Tensor(shape: [2, 20, 7, 11], values: TestFormula.series("input", count: 2 * 20 * 77)).channelsLast
        let workspace = Workspace(threads: 2)
        let together = PointwiseProduct(inputs: 20, parts: parts)(input, on: workspace)
        #expect(together.shape == [2, 7, 11, outputs.map(Tensor.storedChannels).reduce(0, +)])
        var first = 0
        for (part, geometry) in zip(parts, geometries) {
            let alone = Convolution(geometry, weights: part.weights, bias: part.bias)(input, on: workspace)
            for place in 0..<2 * 77 {
                let begin = place * together.shape[3] + first
                try #require(
                    together.values[begin..<begin + alone.shape[3]]
                        .elementsEqual(alone.values[place * alone.shape[3]..<(place + 1) * alone.shape[3]]))
            }
            first += alone.shape[3]
        }
    }
}
