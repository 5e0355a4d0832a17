extension STTNConfiguration {
    /// The published network: 256 channels, 8 blocks.
    public static let full = STTNConfiguration(
        encoderWidths: [64, 64, 128, 256], blocks: 8, decoderWidths: [128, 64, 64], grids: referenceGrids,
        masksAttention: false)

    /// The network of the default weights: 128 channels, 5 blocks.
    public static let compact = STTNConfiguration(
        encoderWidths: [64, 64, 128, 128], blocks: 5, decoderWidths: [64, 48, 32], grids: referenceGrids,
        masksAttention: true)
}
