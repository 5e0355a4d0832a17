internal import CKernels

/// The sizes that a square window shares between a channels-last map and what it makes of it.
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
    /// Values that the window sees at one place.
    public var depth: Int { channels * kernel * kernel }

    private func positions(along size: Int) -> Int {
        max(0, (size + 2 * padding - dilation * (kernel - 1) - 1 + stride) / stride)
    }

    /// Writes what the window sees at some places of its output, a row each; outside the map it sees zeros.
    ///
    /// Shapes: map [H, W, C], rows [places.count, kernel × kernel × C]; places are numbered row by row.
    public func writeRows(
        of map: UnsafeBufferPointer<Float>, places: Range<Int>, into rows: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(map.count >= channels * height * width, "a window's map is whole")
        precondition(
            places.lowerBound >= 0 && places.upperBound <= outputHeight * outputWidth, "places lie in the output")
        precondition(rows.count >= depth * places.count, "rows have their room")
        guard let source = map.baseAddress, let target = rows.baseAddress else { return }
        var window = native
        inpaintd_window_rows(&window, source, places.lowerBound, places.count, target)
    }

    var native: inpaintd_window {
        inpaintd_window(
            channels: channels, height: height, width: width, kernel: kernel, stride: stride, dilation: dilation,
            padding: padding, output_width: outputWidth)
    }
}
