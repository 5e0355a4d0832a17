extension STTNConfiguration {
    /// Multiply-adds of the plain convolutions of one frame, part by part; what attention adds is not in it.
    ///
    /// It is the measure of the network's size, whatever a faster algorithm saves of it.
    public struct MultiplyAdds: Hashable, Sendable {
        public let encoder: Int
        /// Of all blocks.
        public let blocks: Int
        public let decoder: Int

        public var total: Int { encoder + blocks + decoder }
    }

    /// The work of one frame of `width` × `height` pixels, both multiples of 4.
    public func multiplyAdds(width: Int, height: Int) -> MultiplyAdds {
        let pixels = width * height
        let block = channels * channels * (3 + 3 * 9)
        return MultiplyAdds(
            encoder: Self.convolutions([3] + encoderWidths, on: [pixels / 4, pixels / 4, pixels / 16, pixels / 16]),
            blocks: blocks * block * (pixels / 16),
            decoder: Self.convolutions([channels] + decoderWidths + [3], on: [pixels / 4, pixels / 4, pixels, pixels]))
    }

    /// Multiply-adds of 3×3 convolutions in a row, each with the outputs of the one before as its inputs.
    private static func convolutions(_ widths: [Int], on pixels: [Int]) -> Int {
        zip(zip(widths, widths.dropFirst()), pixels).reduce(0) { $0 + 9 * $1.0.0 * $1.0.1 * $1.1 }
    }
}
