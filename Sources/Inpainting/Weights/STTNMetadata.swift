internal import FoundationEssentials

/// What a .safetensors file says of its network: JSON values under a few keys, the format's being `sttn`.
struct STTNMetadata {
    static let format = "sttn"

    private let channels: Int?
    private let blocks: Int?
    private let encoder: [Int]?
    /// With the last convolution's 3, as the training writes it.
    private let decoder: [Int]?
    let grids: [STTNConfiguration.Grid]?
    let masksAttention: Bool?

    /// Reads what is there; a file of another format says nothing.
    init(_ metadata: [String: String]) throws(WeightDefect) {
        let says = metadata["format"] == Self.format ? metadata : [:]
        channels = try Self.value(of: "channels", in: says)
        blocks = try Self.value(of: "blocks", in: says)
        encoder = try Self.value(of: "encoder", in: says)
        decoder = try Self.value(of: "decoder", in: says)
        masksAttention = try Self.value(of: "mask_attention", in: says)
        let pairs: [[Int]]? = try Self.value(of: "grids", in: says)
        if let pairs {
            guard pairs.allSatisfy({ $0.count == 2 }) else {
                throw WeightDefect(.misshapen, "its metadata's grids are \(pairs), expected [columns, rows] a head")
            }
            let grids = pairs.map { STTNConfiguration.Grid(columns: $0[0], rows: $0[1]) }
            if let fault = STTNConfiguration.fault(of: grids) {
                throw WeightDefect(.misshapen, "its metadata cannot be: \(fault)")
            }
            self.grids = grids
        } else {
            grids = nil
        }
    }

    /// Throws: `misshapen`, where the metadata says something else than the tensors.
    func check(against configuration: STTNConfiguration) throws(WeightDefect) {
        func agree<Value: Equatable>(_ key: String, _ said: Value?, _ seen: Value) throws(WeightDefect) {
            guard said == nil || said == seen else {
                throw WeightDefect(
                    .misshapen, "its metadata says \(key) \(said.map { "\($0)" } ?? ""), and its tensors say \(seen)")
            }
        }
        try agree("channels", channels, configuration.channels)
        try agree("blocks", blocks, configuration.blocks)
        try agree("encoder", encoder, configuration.encoderWidths)
        try agree("decoder", decoder, configuration.decoderWidths + [3])
    }

    private static func value<Value: Decodable>(
        of key: String, in metadata: [String: String]
    ) throws(WeightDefect) -> Value? {
        guard let text = metadata[key] else { return nil }
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch {
            throw WeightDefect(.misshapen, "its metadata's \(key) is \"\(text)\", expected \(Value.self) as JSON")
        }
    }
}

extension WeightFile {
    /// Whether these are weights of the published kind, trained at the full frame's shape: the file says nothing of
    /// its network, or was made of one that did not.
    public var isReference: Bool {
        metadata["format"] != STTNMetadata.format || metadata["region"] == "full"
    }

    /// The same weights with their configuration in the metadata.
    public func described(as configuration: STTNConfiguration) -> WeightFile {
        var metadata = self.metadata
        metadata["format"] = STTNMetadata.format
        metadata["channels"] = "\(configuration.channels)"
        metadata["blocks"] = "\(configuration.blocks)"
        metadata["encoder"] = "\(configuration.encoderWidths)"
        metadata["decoder"] = "\(configuration.decoderWidths + [3])"
        metadata["grids"] = "\(configuration.grids.map { [$0.columns, $0.rows] })"
        metadata["mask_attention"] = "\(configuration.masksAttention)"
        if isReference { metadata["region"] = "full" }
        return WeightFile(name: name, metadata: metadata, tensors: tensors)
    }
}
