/// The input of a Winograd convolution: maps or, with `resize`, their doubled images.
///
/// Shapes: maps [T, height, width, channels], of the tiling's size where nothing is doubled.
/// Ownership: borrows its memory, and is valid as long as that is.
public struct WinogradInput {
    let tiling: WinogradTiling
    let maps: UnsafeBufferPointer<Float>
    let height: Int
    let width: Int
    let channels: Int
    let resize: BilinearResize?
    let zeros: UnsafeBufferPointer<Float>

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
