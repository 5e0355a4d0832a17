extension STTNConfiguration {
    /// Reads a network's configuration off its weights, and checks that every tensor is there and fits.
    ///
    /// Widths and blocks follow from the tensors' shapes, and metadata must agree with them. Grids stand in the
    /// metadata; where it says none `grids` does, and without it they are the published network's.
    ///
    /// Throws: `misshapen`, naming the tensor; `badSetting` for `grids` that contradict the file or fit no network.
    public init(of file: WeightFile, grids: [Grid]? = nil) throws(WeightError) {
        do {
            self = try Self.read(file, grids: grids)
        } catch {
            throw error.error(in: error.code == .badSetting ? "grids" : file.name)
        }
    }

    private static func read(_ file: WeightFile, grids asked: [Grid]?) throws(WeightDefect) -> STTNConfiguration {
        if let asked, let fault = fault(of: asked) { throw WeightDefect(.badSetting, fault) }
        let metadata = try STTNMetadata(file.metadata)
        if let asked, let said = metadata.grids, said != asked {
            throw WeightDefect(.badSetting, "\(text(asked)) was asked for, and \(file.name) says \(text(said))")
        }
        let grids = metadata.grids ?? asked ?? referenceGrids
        let encoderWidths = try widths(of: encoderNames, in: file.tensors)
        let decoderWidths = try widths(of: decoderNames.dropLast(), in: file.tensors)
        guard encoderWidths[3].isMultiple(of: grids.count) else {
            throw WeightDefect(
                asked == nil ? .misshapen : .badSetting,
                "\(grids.count) grids (\(text(grids))) cannot share \(encoderWidths[3]) channels evenly")
        }
        let configuration = STTNConfiguration(
            encoderWidths: encoderWidths, blocks: try blocks(in: file.tensors), decoderWidths: decoderWidths,
            grids: grids, masksAttention: metadata.masksAttention ?? false)
        try metadata.check(against: configuration)
        try configuration.check(file.tensors)
        return configuration
    }

    private static func widths(
        of names: some Sequence<String>, in tensors: [String: WeightTensor]
    ) throws(WeightDefect) -> [Int] {
        let mostChannels = 4096
        var widths = [Int]()
        for name in names {
            guard let tensor = tensors["\(name).weight"] else { throw missing("\(name).weight") }
            guard tensor.shape.count == 4, (1...mostChannels).contains(tensor.shape[0]) else {
                throw WeightDefect(
                    .misshapen,
                    "tensor \(name).weight is \(text(tensor.shape)), expected a convolution's four sides, "
                        + "the first of 1 to \(mostChannels)")
            }
            widths.append(tensor.shape[0])
        }
        return widths
    }

    /// One more than the greatest number of a block; whether all below it are there, the tensors' check tells.
    private static func blocks(in tensors: [String: WeightTensor]) throws(WeightDefect) -> Int {
        let mostBlocks = 64
        let prefix = "transformer."
        let numbers = tensors.keys.lazy.filter { $0.hasPrefix(prefix) }.compactMap { name in
            Int(name.dropFirst(prefix.count).prefix { $0 != "." })
        }
        guard let last = numbers.max() else { throw missing("transformer.0.attention.query_embedding.weight") }
        guard (0..<mostBlocks).contains(last) else {
            throw WeightDefect(.misshapen, "tensor transformer.\(last) is of a block beyond the \(mostBlocks) allowed")
        }
        return last + 1
    }

    private func check(_ tensors: [String: WeightTensor]) throws(WeightDefect) {
        let expected = tensorShapes
        for (name, shape) in expected {
            guard let tensor = tensors[name] else { throw Self.missing(name) }
            guard tensor.shape == shape else {
                throw WeightDefect(
                    .misshapen, "tensor \(name) is \(Self.text(tensor.shape)), expected \(Self.text(shape))")
            }
            if let index = tensor.firstNonFiniteIndex {
                throw WeightDefect(
                    .misshapen, "tensor \(name) holds \(tensor.values[index]) at \(index), expected finite values")
            }
        }
        if let extra = Set(tensors.keys).subtracting(expected.map(\.name)).min() {
            throw WeightDefect(
                .misshapen, "tensor \(extra) belongs to no STTN of \(blocks) blocks, expected \(expected.count) tensors"
            )
        }
    }

    private static func missing(_ name: String) -> WeightDefect {
        WeightDefect(.misshapen, "tensor \(name) is missing, which every STTN has")
    }

    private static func text(_ grids: [Grid]) -> String { grids.map(\.description).joined(separator: ",") }

    private static func text(_ shape: [Int]) -> String {
        shape.isEmpty ? "a single value" : shape.map(String.init).joined(separator: "x")
    }
}
