/// The hyper-parameters of one STTN: everything but its weights.
///
/// Source: Zeng, Fu, Chao, ECCV 2020 (arXiv 2007.10247), section 3.
public struct STTNConfiguration: Hashable, Sendable {
    /// How one attention head cuts a frame's feature map: `columns` × `rows` patches of equal size.
    public struct Grid: Hashable, Sendable, CustomStringConvertible {
        public let columns: Int
        public let rows: Int

        public init(columns: Int, rows: Int) {
            self.columns = columns
            self.rows = rows
        }

        public var description: String { "\(columns)x\(rows)" }
    }

    /// Channels of the encoder's four convolutions; the last is `channels`.
    public let encoderWidths: [Int]
    public let blocks: Int
    /// Channels of the decoder's first three convolutions; the fourth has 3.
    public let decoderWidths: [Int]
    /// One grid a head; heads share the channels evenly.
    public let grids: [Grid]
    /// Whether key patches that are mostly hole are hidden from every query, as the paper writes.
    ///
    /// Deviates: the published code drops the masked scores, so published weights want `false`.
    public let masksAttention: Bool

    public init(encoderWidths: [Int], blocks: Int, decoderWidths: [Int], grids: [Grid], masksAttention: Bool) {
        precondition(encoderWidths.count == 4 && decoderWidths.count == 3, "STTN has four and three widths")
        precondition(blocks > 0, "STTN has blocks")
        precondition(!grids.isEmpty && (encoderWidths.last ?? 0) % grids.count == 0, "heads share channels evenly")
        self.encoderWidths = encoderWidths
        self.blocks = blocks
        self.decoderWidths = decoderWidths
        self.grids = grids
        self.masksAttention = masksAttention
    }

    /// C, the channels of the feature maps.
    public var channels: Int { encoderWidths[3] }

    /// The step of the sides a network picture may have: 4 × the least common multiple of the grids' columns and rows.
    ///
    /// Units: pixels.
    public var sideStep: (width: Int, height: Int) { Self.sideStep(of: grids) }

    /// Whether a network picture may have these sides.
    public func takes(width: Int, height: Int) -> Bool {
        let step = sideStep
        return width > 0 && height > 0 && width.isMultiple(of: step.width) && height.isMultiple(of: step.height)
    }

    static func sideStep(of grids: [Grid]) -> (width: Int, height: Int) {
        (4 * leastCommonMultiple(grids.map(\.columns)), 4 * leastCommonMultiple(grids.map(\.rows)))
    }
}

private func leastCommonMultiple(_ numbers: [Int]) -> Int {
    numbers.reduce(1) { multiple, number in
        var (a, b) = (multiple, number)
        while b != 0 { (a, b) = (b, a % b) }
        return multiple / a * number
    }
}
