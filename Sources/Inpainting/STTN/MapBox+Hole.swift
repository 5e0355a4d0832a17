internal import Networks

extension MapBox {
    /// Pixels round a hole that are decoded with it: whoever scales a fill mixes the hole's outermost pixels with those
    /// next to them, under which there may still be something of what is to go.
    private static let margin = 4

    /// The part of a picture that is decoded to fill its hole; nil where there is none.
    ///
    /// Shapes: hole width × height, 1 = hole.
    init?(filling hole: [UInt8], width: Int, height: Int) {
        guard let bounds = MapBox(boundsOf: hole, width: width, height: height) else { return nil }
        self = bounds.expanded(by: Self.margin, in: MapBox(height: height, width: width))
    }

    /// The smallest box round a hole; nil where there is none.
    private init?(boundsOf hole: [UInt8], width: Int, height: Int) {
        let bounds: MapBox? = hole.withUnsafeBufferPointer { hole in
            var columns = 0..<0
            var rows: Range<Int>?
            for y in 0..<height {
                let row = hole[y * width..<(y + 1) * width]
                guard let first = row.firstIndex(where: { $0 != 0 }),
                    let last = row.lastIndex(where: { $0 != 0 })
                else { continue }
                let (left, right) = (first - y * width, last - y * width + 1)
                columns =
                    rows == nil
                    ? left..<right : min(columns.lowerBound, left)..<max(columns.upperBound, right)
                rows = (rows?.lowerBound ?? y)..<y + 1
            }
            return rows.map { MapBox(rows: $0, columns: columns) }
        }
        guard let bounds else { return nil }
        self = bounds
    }
}
