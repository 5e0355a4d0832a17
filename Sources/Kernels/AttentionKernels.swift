internal import CKernels

/// How an attention head cuts a map into equal patches; a token is one patch, channels × rows × columns.
public struct PatchLayout: Hashable, Sendable {
    public let channels: Int
    public let patchHeight: Int
    public let patchWidth: Int
    /// Patches in one row of patches.
    public let columns: Int
    /// Rows of patches.
    public let rows: Int

    public init(channels: Int, patchHeight: Int, patchWidth: Int, columns: Int, rows: Int) {
        precondition(channels > 0 && patchHeight > 0 && patchWidth > 0 && columns > 0 && rows > 0, "patches have sizes")
        self.channels = channels
        self.patchHeight = patchHeight
        self.patchWidth = patchWidth
        self.columns = columns
        self.rows = rows
    }

    public var mapHeight: Int { patchHeight * rows }
    public var mapWidth: Int { patchWidth * columns }
    /// Tokens of one map.
    public var tokens: Int { columns * rows }
    /// D, the values of one token.
    public var tokenSize: Int { channels * patchHeight * patchWidth }

    /// Copies some rows of a map to their places in the map's tokens.
    ///
    /// Shapes: mapRows [C, mapRows.count, W] with `channelStride` values from channel to channel; tokens [tokens, D].
    public func gather(
        _ mapRows: UnsafeBufferPointer<Float>, channelStride: Int, rows: Range<Int>,
        into tokens: UnsafeMutableBufferPointer<Float>
    ) {
        checkRows(rows, channelStride: channelStride, mapCount: mapRows.count, tokenCount: tokens.count)
        guard !rows.isEmpty, let map = mapRows.baseAddress, let target = tokens.baseAddress else { return }
        var patches = native
        inpaintd_gather_patches(&patches, map, channelStride, rows.lowerBound, rows.count, target)
    }

    /// Fills some rows of a map from the map's tokens; otherwise as `gather`.
    public func scatter(
        _ tokens: UnsafeBufferPointer<Float>, channelStride: Int, rows: Range<Int>,
        into mapRows: UnsafeMutableBufferPointer<Float>
    ) {
        checkRows(rows, channelStride: channelStride, mapCount: mapRows.count, tokenCount: tokens.count)
        guard !rows.isEmpty, let source = tokens.baseAddress, let map = mapRows.baseAddress else { return }
        var patches = native
        inpaintd_scatter_patches(&patches, source, channelStride, rows.lowerBound, rows.count, map)
    }

    private func checkRows(_ range: Range<Int>, channelStride: Int, mapCount: Int, tokenCount: Int) {
        precondition(range.lowerBound >= 0 && range.upperBound <= mapHeight, "rows lie in the map")
        precondition(tokenCount >= tokens * tokenSize, "tokens have their room")
        let needed = range.isEmpty ? 0 : (channels - 1) * channelStride + range.count * mapWidth
        precondition(channelStride >= range.count * mapWidth && mapCount >= needed, "map rows have their room")
    }

    private var native: inpaintd_patches {
        inpaintd_patches(channels: channels, patch_height: patchHeight, patch_width: patchWidth, columns: columns)
    }
}

/// scores = softmax(scores · scale), with −1e9 for every score whose `hidden` byte is not 0.
///
/// A row whose every key is hidden becomes uniform, as in the reference.
public func softmax(_ scores: UnsafeMutableBufferPointer<Float>, scale: Float, hidden: UnsafeBufferPointer<UInt8>?) {
    precondition(hidden.map { $0.count == scores.count } ?? true, "every key is hidden or not")
    guard let base = scores.baseAddress else { return }
    inpaintd_softmax_row(base, scores.count, scale, hidden?.baseAddress)
}
