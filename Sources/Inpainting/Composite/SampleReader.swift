internal import Frames

/// Reads the levels of one component of a picture, or of a part of one.
struct SampleReader {
    private let base: UnsafeMutableRawPointer
    private let strideBytes: Int
    private let stepBytes: Int
    private let isWide: Bool

    /// - Parameter corner: the picture's first column and row.
    init(_ component: PixelFormat.Component, of planes: [Plane], from corner: (column: Int, row: Int) = (0, 0)) {
        let plane = planes[component.plane]
        strideBytes = plane.strideBytes
        stepBytes = component.stepBytes
        isWide = component.bytesPerSample > 1
        base = plane.base + component.offsetBytes - corner.row * strideBytes - corner.column * stepBytes
    }

    /// Units: levels, of which a component has 256, or 1024 where a sample is wider than a byte.
    func level(_ column: Int, _ row: Int) -> Int {
        let place = base + row * strideBytes + column * stepBytes
        return isWide
            // The format's ten bits are the high ones.
            ? Int(place.loadUnaligned(as: UInt16.self) >> 6) : Int(place.load(as: UInt8.self))
    }
}
