package import Kernels

/// How an attention head cuts a map: `columns` × `rows` equal patches.
public struct PatchGrid: Hashable, Sendable {
    public let columns: Int
    public let rows: Int

    public init(columns: Int, rows: Int) {
        precondition(columns > 0 && rows > 0, "a grid has patches")
        self.columns = columns
        self.rows = rows
    }

    /// The patches of a map with `channels` channels of the given size.
    package func patches(channels: Int, height: Int, width: Int) -> PatchLayout {
        precondition(height % rows == 0 && width % columns == 0, "a grid divides its map evenly")
        return PatchLayout(
            channels: channels, patchHeight: height / rows, patchWidth: width / columns, columns: columns, rows: rows)
    }

    /// The patches that are mostly hole, one byte a token.
    ///
    /// Shapes: mask [T, 1, H, W], 1 = hole, of the map's size; the result is [T × rows × columns].
    public func hiddenTokens(_ mask: Tensor) -> [UInt8] {
        let frames = mask.shape[0]
        let patches = patches(channels: 1, height: mask.shape[2], width: mask.shape[3])
        var hidden: [UInt8] = []
        hidden.reserveCapacity(frames * patches.tokens)
        var sums = [Float](repeating: 0, count: patches.tokens)
        for frame in 0..<frames {
            for token in sums.indices { sums[token] = 0 }
            for (position, value) in mask[frame].enumerated() {
                let (y, x) = position.quotientAndRemainder(dividingBy: patches.mapWidth)
                sums[y / patches.patchHeight * columns + x / patches.patchWidth] += value
            }
            hidden += sums.map { $0 / Float(patches.tokenSize) > 0.5 ? 1 : 0 }
        }
        return hidden
    }
}
