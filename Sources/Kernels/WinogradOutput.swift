/// The output of a Winograd convolution, and what is done to it on its way there: leaky(y + bias) + residual.
///
/// Shapes: maps and residual [T, H, W, channels], bias [channels]. The residual may be the maps themselves.
/// Ownership: borrows its memory, and is valid as long as that is.
public struct WinogradOutput {
    let tiling: WinogradTiling
    let maps: UnsafeMutableBufferPointer<Float>
    let bias: UnsafeBufferPointer<Float>
    let residual: UnsafeBufferPointer<Float>?
    let slope: Float

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
