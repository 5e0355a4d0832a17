internal import CKernels

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
