extension WeightFile {
    /// Weights that repair nothing and cost what trained ones cost, the same for the same seed.
    ///
    /// Their deviation goes with the square root of the inputs, so that values neither grow nor vanish on their way
    /// through the network: vanishing ones would be slow, and growing ones would hide errors.
    public static func random(_ configuration: STTNConfiguration, seed: UInt64 = 1) -> WeightFile {
        var state = seed
        var tensors: [String: WeightTensor] = [:]
        for (name, shape) in configuration.tensorShapes {
            let inputs = shape.dropFirst().reduce(1, *)
            let bound = shape.count == 1 ? 0.1 : gain(of: name) * (3 / Float(inputs)).squareRoot()
            let count = shape.reduce(1, *)
            let values = [Float](unsafeUninitializedCapacity: count) { values, initialized in
                for index in 0..<count { values[index] = bound * uniform(&state) }
                initialized = count
            }
            tensors[name] = WeightTensor(shape: shape, values: values)
        }
        return WeightFile(name: "random weights", metadata: [:], tensors: tensors)
    }

    /// What keeps the deviation at 1: LeakyReLU takes from it, and a residual adds to it.
    private static func gain(of name: String) -> Float {
        if name.contains("output_linear") || name.contains("feed_forward.conv.2") { return 0.5 }
        if name.hasPrefix("decoder.6") { return 0.3 }
        return name.contains("embedding") ? 1 : 1.387
    }

    /// The next number of a series, in −1 ..< 1.
    ///
    /// Source: SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
    private static func uniform(_ state: inout UInt64) -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Float((mixed ^ (mixed >> 31)) >> 40) / Float(1 << 23) - 1
    }
}
