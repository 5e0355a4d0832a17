internal import CKernels

/// The outputs that one tile of a Winograd convolution makes.
///
/// Larger tiles multiply less, and need more memory for weights: 36 or 64 values in the place of a filter's nine.
public enum WinogradTile: Int, Sendable {
    /// F(4×4, 3×3).
    case four = 4
    /// F(6×6, 3×3).
    case six = 6

    /// Values of the input that a tile needs, and products a channel.
    public var points: Int { (rawValue + 2) * (rawValue + 2) }
}

/// How the tiles of a Winograd convolution lie on maps of one size; every dilation-th row and column are a grid.
public struct WinogradTiling: Hashable, Sendable {
    public let tile: WinogradTile
    public let dilation: Int
    public let height: Int
    public let width: Int

    public init(_ tile: WinogradTile, dilation: Int = 1, height: Int, width: Int) {
        precondition(dilation > 0 && height > 0 && width > 0, "tiles lie on a map")
        self.tile = tile
        self.dilation = dilation
        self.height = height
        self.width = width
    }

    public var tilesPerMap: Int { native.tile_rows * native.tile_columns }

    var native: inpaintd_tiling {
        inpaintd_tiling(
            outputs: tile.rawValue, dilation: dilation, height: height, width: width,
            tile_rows: inpaintd_tile_lines(height, tile.rawValue, dilation),
            tile_columns: inpaintd_tile_lines(width, tile.rawValue, dilation))
    }
}
