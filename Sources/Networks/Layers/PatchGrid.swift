internal import Kernels

/// How an attention head cuts a map: `columns` × `rows` equal patches.
public struct PatchGrid: Hashable, Sendable {
    public let columns: Int
    public let rows: Int

    public init(columns: Int, rows: Int) {
        precondition(columns > 0 && rows > 0, "a grid has patches")
        self.columns = columns
        self.rows = rows
    }

    /// The tokens of a map of the given size, of which the head has `channels` channels.
    func tokens(channels: Int, height: Int, width: Int, precision: Precision) -> PatchTokens {
        precondition(height % rows == 0 && width % columns == 0, "a grid divides its map evenly")
        return PatchTokens(
            channels: channels, patchHeight: height / rows, patchWidth: width / columns, columns: columns, rows: rows,
            precision: precision)
    }

    /// The patches that are mostly hole, one byte a token.
    ///
    /// Shapes: mask [T, 1, H, W], 1 = hole, of the map's size; the result is [T × rows × columns].
    public func hiddenTokens(_ mask: Tensor) -> [UInt8] {
        let (frames, height, width) = (mask.shape[0], mask.shape[2], mask.shape[3])
        precondition(height % rows == 0 && width % columns == 0, "a grid divides its map evenly")
        let (patchHeight, patchWidth) = (height / rows, width / columns)
        var hidden: [UInt8] = []
        hidden.reserveCapacity(frames * rows * columns)
        var sums = [Float](repeating: 0, count: rows * columns)
        for frame in 0..<frames {
            for token in sums.indices { sums[token] = 0 }
            for (position, value) in mask[frame].enumerated() {
                let (y, x) = position.quotientAndRemainder(dividingBy: width)
                sums[y / patchHeight * columns + x / patchWidth] += value
            }
            hidden += sums.map { $0 / Float(patchHeight * patchWidth) > 0.5 ? 1 : 0 }
        }
        return hidden
    }
}
