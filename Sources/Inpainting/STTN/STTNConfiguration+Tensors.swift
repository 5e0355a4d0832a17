extension STTNConfiguration {
    /// The name and the shape of every tensor of this network, under the names of the published checkpoint.
    public var tensorShapes: [(name: String, shape: [Int])] {
        var convolutions = [(name: String, inputs: Int, outputs: Int, kernel: Int)]()
        var inputs = 3
        for (name, outputs) in zip(Self.encoderNames, encoderWidths) {
            convolutions.append((name, inputs, outputs, 3))
            inputs = outputs
        }
        for block in 0..<blocks {
            for part in ["query_embedding", "key_embedding", "value_embedding"] {
                convolutions.append(("transformer.\(block).attention.\(part)", channels, channels, 1))
            }
            for part in ["attention.output_linear.0", "feed_forward.conv.0", "feed_forward.conv.2"] {
                convolutions.append(("transformer.\(block).\(part)", channels, channels, 3))
            }
        }
        for (name, outputs) in zip(Self.decoderNames, decoderWidths + [3]) {
            convolutions.append((name, inputs, outputs, 3))
            inputs = outputs
        }
        return convolutions.flatMap { name, inputs, outputs, kernel in
            [("\(name).weight", [outputs, inputs, kernel, kernel]), ("\(name).bias", [outputs])]
        }
    }

    /// The number of values in all tensors.
    public var parameters: Int { tensorShapes.reduce(0) { $0 + $1.shape.reduce(1, *) } }

    static let encoderNames = ["encoder.0", "encoder.2", "encoder.4", "encoder.6"]
    static let decoderNames = ["decoder.0.conv", "decoder.2", "decoder.4.conv", "decoder.6"]
}
