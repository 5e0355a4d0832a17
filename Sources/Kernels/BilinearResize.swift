internal import CKernels

/// A bilinear resize of planes whose corners stay aligned: sample i comes from i · (size − 1) / (resized − 1).
///
/// Source: PyTorch, `interpolate(mode='bilinear', align_corners=True)`, its single-precision positions included.
public struct BilinearResize: Sendable {
    public let width: Int
    public let height: Int
    public let resizedWidth: Int
    public let resizedHeight: Int
    private let columnTaps: [inpaintd_tap]
    private let rowTaps: [inpaintd_tap]

    public init(width: Int, height: Int, resizedWidth: Int, resizedHeight: Int) {
        precondition(width > 0 && height > 0 && resizedWidth >= 0 && resizedHeight >= 0, "a plane has values")
        self.width = width
        self.height = height
        self.resizedWidth = resizedWidth
        self.resizedHeight = resizedHeight
        columnTaps = Self.taps(from: width, to: resizedWidth)
        rowTaps = Self.taps(from: height, to: resizedHeight)
    }

    /// Resizes one plane; `row` is scratch for `width` values.
    public func callAsFunction(
        _ plane: UnsafeBufferPointer<Float>, into resized: UnsafeMutableBufferPointer<Float>,
        row: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(plane.count == width * height && row.count >= width, "a plane has the size that was planned for")
        precondition(resized.count == resizedWidth * resizedHeight, "a resized plane has the size planned for")
        guard let source = plane.baseAddress, let target = resized.baseAddress, let scratch = row.baseAddress
        else { return }
        inpaintd_resize_plane(source, width, rowTaps, resizedHeight, columnTaps, resizedWidth, scratch, target)
    }

    private static func taps(from size: Int, to resized: Int) -> [inpaintd_tap] {
        [inpaintd_tap](unsafeUninitializedCapacity: resized) { buffer, count in
            if let base = buffer.baseAddress { inpaintd_aligned_taps(size, resized, base) }
            count = resized
        }
    }
}
