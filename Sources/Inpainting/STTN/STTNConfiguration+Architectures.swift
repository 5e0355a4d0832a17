extension STTNConfiguration {
    /// The published network: 256 channels, 8 blocks.
    public static let full = STTNConfiguration(
        encoderWidths: [64, 64, 128, 256], blocks: 8, decoderWidths: [128, 64, 64], grids: referenceGrids,
        masksAttention: false)

    /// The network of the default weights: 64 channels, 4 blocks.
    public static let compact = STTNConfiguration(
        encoderWidths: [32, 32, 64, 64], blocks: 4, decoderWidths: [64, 32, 32], grids: referenceGrids,
        masksAttention: true)
}
