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
    fileprivate func native(from tile: Int) -> inpaintd_points {
        inpaintd_points(
            base: base + tile * channels, point_stride: Self.pointStride(tiles: tiles, channels: channels),
            tile_stride: channels)
    }
}

/// The input of a Winograd convolution: maps or, with `resize`, their doubled images.
///
/// Shapes: maps [T, height, width, channels], of the tiling's size where nothing is doubled.
/// Ownership: borrows its memory, and is valid as long as that is.
public struct WinogradInput {
    fileprivate let tiling: WinogradTiling
    fileprivate let maps: UnsafeBufferPointer<Float>
    fileprivate let height: Int
    fileprivate let width: Int
    fileprivate let channels: Int
    fileprivate let resize: BilinearResize?
    fileprivate let zeros: UnsafeBufferPointer<Float>

    /// - Parameter zeros: what lies outside a map, as many as there are channels.
    public init(
        _ maps: UnsafeBufferPointer<Float>, height: Int, width: Int, tiling: WinogradTiling,
        resize: BilinearResize? = nil, zeros: UnsafeBufferPointer<Float>
    ) {
        precondition(zeros.count.isMultiple(of: PackedMatrix.columnGroup), "channels are stored in groups")
        precondition(maps.count.isMultiple(of: height * width * zeros.count), "maps are whole")
        if let resize {
            precondition(tiling.dilation == 1, "a doubled map is convolved without dilation")
            precondition(
                resize.resizedHeight == tiling.height && resize.resizedWidth == tiling.width
                    && resize.neededHeight <= height && resize.neededWidth <= width,
                "tiles lie on the doubled map")
        } else {
            precondition(height == tiling.height && width == tiling.width, "tiles lie on their maps")
        }
        self.tiling = tiling
        self.maps = maps
        self.height = height
        self.width = width
        channels = zeros.count
        self.resize = resize
        self.zeros = zeros
    }
}

/// The output of a Winograd convolution, and what is done to it on its way there: leaky(y + bias) + residual.
///
/// Shapes: maps and residual [T, H, W, channels], bias [channels]. The residual may be the maps themselves.
/// Ownership: borrows its memory, and is valid as long as that is.
public struct WinogradOutput {
    fileprivate let tiling: WinogradTiling
    fileprivate let maps: UnsafeMutableBufferPointer<Float>
    fileprivate let bias: UnsafeBufferPointer<Float>
    fileprivate let residual: UnsafeBufferPointer<Float>?
    fileprivate let slope: Float

    public init(
        _ maps: UnsafeMutableBufferPointer<Float>, tiling: WinogradTiling, bias: UnsafeBufferPointer<Float>,
        slope: Float = 1, adding residual: UnsafeBufferPointer<Float>? = nil
    ) {
        precondition(bias.count.isMultiple(of: PackedMatrix.columnGroup), "channels are stored in groups")
        precondition(maps.count.isMultiple(of: tiling.height * tiling.width * bias.count), "maps are whole")
        precondition(residual.map { $0.count == maps.count } ?? true, "a residual has its maps' shape")
        self.tiling = tiling
        self.maps = maps
        self.bias = bias
        self.residual = residual
        self.slope = slope
    }
}

extension KernelLevel {
    /// Transforms tiles of the input to points, the first of them at tile `place`.
    public func transform(_ input: WinogradInput, tiles: Range<Int>, to points: WinogradPoints, at place: Int = 0) {
        precondition(input.tiling.tile == points.tile && input.channels <= points.channels, "points fit their input")
        precondition(place >= 0 && place + tiles.count <= points.tiles, "tiles have their room")
        guard let maps = input.maps.baseAddress, let zeros = input.zeros.baseAddress else { return }
        checkTiles(
            tiles, tiling: input.tiling, maps: input.maps.count / (input.height * input.width * input.channels))
        let kernels = kernels
        func run(_ rowTaps: UnsafePointer<inpaintd_tap>?, _ columnTaps: UnsafePointer<inpaintd_tap>?) {
            var native = inpaintd_winograd_input(
                tiling: input.tiling.native, maps: maps, channels: input.channels, map_height: input.height,
                map_width: input.width, row_taps: rowTaps, column_taps: columnTaps, zeros: zeros,
                points: points.native(from: place))
            kernels.winograd_input(&native, tiles.lowerBound, tiles.count)
        }
        if let resize = input.resize { resize.withTaps(run) } else { run(nil, nil) }
    }

    /// Multiplies the first `tiles` tiles at some points by these points' weights, in place.
    ///
    /// - Parameter rows: scratch, `WinogradPoints.rowFloats(depth:)` of them.
    public func multiply(
        _ points: WinogradPoints, by weights: WinogradWeights, range: Range<Int>, tiles: Int,
        rows: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(
            weights.tile == points.tile && max(weights.depth, weights.columns) <= points.channels,
            "weights fit their points")
        precondition(range.lowerBound >= 0 && range.upperBound <= points.tile.points, "points exist")
        precondition(tiles >= 0 && tiles <= points.tiles, "tiles exist")
        precondition(rows.count >= WinogradPoints.rowFloats(depth: weights.depth), "rows have their room")
        guard let rows = rows.baseAddress else { return }
        var native = inpaintd_winograd_product(
            points: points.native(from: 0), tiles: tiles, weights: weights.base, depth: weights.depth,
            columns: weights.columns, rows: rows)
        kernels.winograd_multiply(&native, range.lowerBound, range.count)
    }

    /// Transforms points to tiles of the output, the first of them from tile `place`.
    public func transform(_ points: WinogradPoints, at place: Int = 0, to output: WinogradOutput, tiles: Range<Int>) {
        let channels = output.bias.count
        precondition(output.tiling.tile == points.tile && channels <= points.channels, "points fit their output")
        precondition(place >= 0 && place + tiles.count <= points.tiles, "tiles exist")
        guard let maps = output.maps.baseAddress, let bias = output.bias.baseAddress else { return }
        let size = output.tiling.height * output.tiling.width * channels
        checkTiles(tiles, tiling: output.tiling, maps: output.maps.count / size)
        var native = inpaintd_winograd_output(
            tiling: output.tiling.native, points: points.native(from: place), maps: maps, channels: channels,
            bias: bias, residual: output.residual?.baseAddress, slope: output.slope)
        kernels.winograd_output(&native, tiles.lowerBound, tiles.count)
    }

    private func checkTiles(_ tiles: Range<Int>, tiling: WinogradTiling, maps: Int) {
        precondition(
            tiles.lowerBound >= 0 && tiles.upperBound <= maps * tiling.tilesPerMap, "tiles lie on their maps")
    }
}
