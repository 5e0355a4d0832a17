internal import CKernels

/// The sizes that a square window shares between a map and what it makes of it.
public struct SlidingWindow: Hashable, Sendable {
    public let channels: Int
    public let height: Int
    public let width: Int
    public let kernel: Int
    public let stride: Int
    public let dilation: Int
    public let padding: Int

    public init(
        channels: Int, height: Int, width: Int, kernel: Int, stride: Int = 1, dilation: Int = 1, padding: Int
    ) {
        precondition(channels >= 0 && height >= 0 && width >= 0 && padding >= 0, "a window's map has sizes")
        precondition(kernel > 0 && stride > 0 && dilation > 0, "a window has a size and moves")
        self.channels = channels
        self.height = height
        self.width = width
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.padding = padding
    }

    public var outputHeight: Int { positions(along: height) }
    public var outputWidth: Int { positions(along: width) }
    /// Values that the window sees at one position.
    public var depth: Int { channels * kernel * kernel }

    private func positions(along size: Int) -> Int {
        max(0, (size + 2 * padding - dilation * (kernel - 1) - 1 + stride) / stride)
    }

    /// Writes what the window sees at some rows of its output, one position a column; outside the map it sees zeros.
    ///
    /// Shapes: map [C, H, W], columns [depth, rows.count × outputWidth].
    public func writeColumns(
        of map: UnsafeBufferPointer<Float>, rows: Range<Int>, into columns: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(map.count >= channels * height * width, "a window's map is whole")
        precondition(rows.lowerBound >= 0 && rows.upperBound <= outputHeight, "rows lie in the output")
        precondition(columns.count >= depth * rows.count * outputWidth, "columns have their room")
        guard let source = map.baseAddress, let target = columns.baseAddress else { return }
        var window = inpaintd_window(
            channels: channels, height: height, width: width, kernel: kernel, stride: stride, dilation: dilation,
            padding: padding, output_width: outputWidth)
        inpaintd_window_columns(&window, source, rows.lowerBound, rows.count, target)
    }
}
