internal import CKernels

/// Some tiles of a Winograd convolution as points, which the products multiply in place.
///
/// Ownership: borrows its memory, and is valid as long as that is.
public struct WinogradPoints {
    public let tile: WinogradTile
    /// Tiles that there is room for.
    public let tiles: Int
    /// Channels that there is room for, of the input and of the output.
    public let channels: Int
    private let base: UnsafeMutablePointer<Float>

    /// - Parameter memory: `floats(…)` of them.
    public init(_ memory: UnsafeMutableBufferPointer<Float>, tile: WinogradTile, tiles: Int, channels: Int) {
        precondition(
            memory.count >= Self.floats(tile: tile, tiles: tiles, channels: channels), "points have their room")
        guard let base = memory.baseAddress else { preconditionFailure("points have memory") }
        self.tile = tile
        self.tiles = tiles
        self.channels = channels
        self.base = base
    }

    public static func floats(tile: WinogradTile, tiles: Int, channels: Int) -> Int {
        tile.points * pointStride(tiles: tiles, channels: channels)
    }

    /// Tiles that are multiplied at once.
    public static let tileGroup = Int(inpaintd_tile_group)

    /// Scratch floats of `multiply`.
    public static func rowFloats(depth: Int) -> Int { tileGroup * depth }

    /// An odd number of cache lines: one tile's values at all points then lie in different sets of the cache.
    private static func pointStride(tiles: Int, channels: Int) -> Int {
        (tiles * channels / PackedMatrix.columnGroup | 1) * PackedMatrix.columnGroup
    }

    /// The points from tile `tile` on.
    func native(from tile: Int) -> inpaintd_points {
        inpaintd_points(
            base: base + tile * channels, point_stride: Self.pointStride(tiles: tiles, channels: channels),
            tile_stride: channels)
    }
}
