internal import Networks

extension STTNConfiguration {
    /// One convolution of the network under its published name, which its tensors' names begin with.
    struct Layer {
        let name: String
        let geometry: Convolution.Geometry
        /// How many times the sides of what it makes go into the picture's.
        let scale: Int
        var activation = Activation.leaky(slope: 0.2)

        var tensorShapes: [(name: String, shape: [Int])] {
            [
                ("\(name).weight", [geometry.outputs, geometry.inputs, geometry.kernel, geometry.kernel]),
                ("\(name).bias", [geometry.outputs]),
            ]
        }
    }

    /// Every convolution, in the order of the data.
    var layers: [Layer] {
        var layers: [Layer] = []
        var inputs = 3
        for (index, (name, outputs)) in zip(Self.encoderNames, encoderWidths).enumerated() {
            let geometry = Convolution.Geometry(
                inputs: inputs, outputs: outputs, stride: index.isMultiple(of: 2) ? 2 : 1)
            layers.append(Layer(name: name, geometry: geometry, scale: index < 2 ? 2 : 4))
            inputs = outputs
        }
        for block in 0..<blocks { layers += self.layers(ofBlock: block) }
        for (index, (name, outputs)) in zip(Self.decoderNames, decoderWidths + [3]).enumerated() {
            let geometry = Convolution.Geometry(inputs: inputs, outputs: outputs)
            layers.append(Layer(name: name, geometry: geometry, scale: index < 2 ? 2 : 1))
            inputs = outputs
        }
        layers[layers.count - 1].activation = .tanh
        return layers
    }

    private func layers(ofBlock block: Int) -> [Layer] {
        let names = Self.blockNames(block)
        func layer(_ name: String, kernel: Int = 3, dilation: Int = 1, _ activation: Activation) -> Layer {
            Layer(
                name: name,
                geometry: .init(inputs: channels, outputs: channels, kernel: kernel, dilation: dilation), scale: 4,
                activation: activation)
        }
        let leaky = Activation.leaky(slope: 0.2)
        return names.embeddings.map { layer($0, kernel: 1, .none) } + [
            layer(names.output, leaky), layer(names.wide, dilation: 2, leaky), layer(names.narrow, leaky),
        ]
    }

    /// The name and the shape of every tensor of this network, under the names of the published checkpoint.
    public var tensorShapes: [(name: String, shape: [Int])] {
        layers.flatMap(\.tensorShapes)
    }

    /// The number of values in all tensors.
    public var parameters: Int { tensorShapes.reduce(0) { $0 + $1.shape.reduce(1, *) } }

    static let encoderNames = ["encoder.0", "encoder.2", "encoder.4", "encoder.6"]
    static let decoderNames = ["decoder.0.conv", "decoder.2", "decoder.4.conv", "decoder.6"]

    /// The layers of one transformer block; `embeddings` are the query's, the key's and the value's.
    static func blockNames(_ block: Int) -> (embeddings: [String], output: String, wide: String, narrow: String) {
        let name = "transformer.\(block)"
        return (
            ["query", "key", "value"].map { "\(name).attention.\($0)_embedding" },
            "\(name).attention.output_linear.0", "\(name).feed_forward.conv.0", "\(name).feed_forward.conv.2"
        )
    }
}
