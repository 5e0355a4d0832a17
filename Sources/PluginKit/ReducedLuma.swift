/// A frame's luma, averaged down to a size that is quick to look at.
public struct ReducedLuma {
    /// Pixels of the frame a side of a reduced pixel.
    public let factor: Int
    public let width: Int
    public let height: Int
    /// Rows without padding.
    public let pixels: [UInt8]

    /// - Parameter widest: the most columns that are left.
    public init(_ luma: PluginPlane, widest: Int) {
        let factor = max(1, (luma.width + widest - 1) / widest)
        let (width, height) = (max(1, luma.width / factor), max(1, luma.height / factor))
        (self.factor, self.width, self.height) = (factor, width, height)
        // Two rows of each do for the mean, and cost half as much as all.
        let rows = factor < 4 ? Array(0..<factor) : [factor / 4, 3 * factor / 4]
        let count = UInt32(rows.count * factor)
        pixels = [UInt8](unsafeUninitializedCapacity: width * height) { pixels, initialized in
            withUnsafeTemporaryAllocation(of: UInt16.self, capacity: width * factor) { sums in
                for y in 0..<height {
                    let first = luma.row(min(y * factor + rows[0], luma.height - 1))
                    for x in 0..<width * factor { sums[x] = UInt16(first[x]) }
                    for row in rows.dropFirst() {
                        let next = luma.row(min(y * factor + row, luma.height - 1))
                        for x in 0..<width * factor { sums[x] &+= UInt16(next[x]) }
                    }
                    for x in 0..<width {
                        var sum: UInt32 = 0
                        for column in x * factor..<(x + 1) * factor { sum &+= UInt32(sums[column]) }
                        pixels[y * width + x] = UInt8(truncatingIfNeeded: sum / count)
                    }
                }
            }
            initialized = width * height
        }
    }
}
