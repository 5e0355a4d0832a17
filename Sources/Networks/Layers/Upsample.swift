internal import Kernels

/// Doubles both sides of a map, bilinearly, with the corners kept in place.
///
/// A part of the doubled map may be asked for, and of the map only the part that this comes from be there: where samples
/// lie is always reckoned in the whole map.
///
/// Shapes: [T, H, W, C] → [T, 2H, 2W, C], or those parts of them.
public struct Upsample: Sendable {
    let input: MapBox
    let output: MapBox
    let resize: BilinearResize

    /// - Parameters:
    ///   - whole: the sides of the whole map.
    ///   - input: the part of the whole map that is given.
    ///   - output: the part of the doubled map that is wanted.
    public init(whole: (height: Int, width: Int), input: MapBox, output: MapBox) {
        precondition(
            input.contains(Self.source(of: output, height: whole.height, width: whole.width)),
            "all that is doubled is there")
        self.input = input
        self.output = output
        resize = BilinearResize(
            height: whole.height, width: whole.width, rows: output.rows, columns: output.columns,
            from: (input.rows.lowerBound, input.columns.lowerBound))
    }

    /// Doubles a whole map.
    public init(height: Int, width: Int) {
        self.init(
            whole: (height, width), input: MapBox(height: height, width: width),
            output: MapBox(height: 2 * height, width: 2 * width))
    }

    /// The part of a map of the given size that a part of the doubled map is made of.
    public static func source(of doubled: MapBox, height: Int, width: Int) -> MapBox {
        MapBox(
            rows: BilinearResize.source(of: doubled.rows, size: height, resized: 2 * height),
            columns: BilinearResize.source(of: doubled.columns, size: width, resized: 2 * width))
    }

    public func callAsFunction(_ maps: Tensor, on workspace: Workspace) -> Tensor {
        precondition(
            maps.shape.count == 4 && maps.shape[1] == input.height && maps.shape[2] == input.width,
            "a map has the size that its doubling was planned for")
        let channels = maps.shape[3]
        let doubled = workspace.tensor(maps.shape[0], output.height, output.width, channels)
        workspace.run(maps.shape[0] * output.height) { item, _ in
            let (frame, row) = item.quotientAndRemainder(dividingBy: output.height)
            let place = row * output.width * channels
            resize.writeRow(
                row, of: maps[frame], width: input.width, channels: channels,
                into: UnsafeMutableBufferPointer(
                    rebasing: doubled.mutablePart(frame)[place..<place + output.width * channels]),
                at: workspace.level)
        }
        return doubled
    }
}
