/// A gray picture and smaller copies of it, each half as wide and high as the one before.
///
/// Units: a position (x, y) of the picture is ((x + ½) / 2ˡ − ½, (y + ½) / 2ˡ − ½) at level l.
struct GrayPyramid {
    /// One size of the picture, rows without padding.
    struct Level {
        let width: Int
        let height: Int
        let values: [Float]
    }

    /// From the picture's own size to the smallest.
    let levels: [Level]

    /// - Parameters:
    ///   - picture: packed RGB, width × height × 3.
    ///   - count: how many levels at most; none is smaller than 16 pixels on a side, but for the first.
    init(_ picture: [UInt8], width: Int, height: Int, count: Int) {
        let luma = [Float](unsafeUninitializedCapacity: width * height) { values, initialized in
            for pixel in 0..<width * height {
                let (red, green, blue) = (picture[3 * pixel], picture[3 * pixel + 1], picture[3 * pixel + 2])
                // The weights of BT.601, in 1/256.
                values[pixel] = Float(77 * Int32(red) + 150 * Int32(green) + 29 * Int32(blue)) / 256
            }
            initialized = width * height
        }
        var levels = [Level(width: width, height: height, values: luma)]
        while levels.count < count, let last = levels.last, min(last.width, last.height) >= 32 {
            levels.append(last.halved())
        }
        self.levels = levels
    }
}

extension GrayPyramid.Level {
    /// The mean of each 2 × 2 pixels; what is left over at the right and below is left out.
    fileprivate func halved() -> GrayPyramid.Level {
        let (columns, rows) = (width / 2, height / 2)
        let means = [Float](unsafeUninitializedCapacity: columns * rows) { means, initialized in
            for y in 0..<rows {
                for x in 0..<columns {
                    let corner = 2 * y * width + 2 * x
                    means[y * columns + x] =
                        (values[corner] + values[corner + 1] + values[corner + width] + values[corner + width + 1]) / 4
                }
            }
            initialized = columns * rows
        }
        return GrayPyramid.Level(width: columns, height: rows, values: means)
    }

    /// Reads rows of samples between pixels, beyond the picture's edge those at the edge.
    ///
    /// Shapes: a row is 16 samples, of which the first `columns` are read; the first sample of all lies at `corner`.
    func sample(
        from corner: SIMD2<Float>, columns: Int, into rows: UnsafeMutableBufferPointer<SIMD16<Float>>
    ) {
        let floor = corner.rounded(.down)
        let (right, below) = (corner.x - floor.x, corner.y - floor.y)
        let (x, y) = (Int(floor.x), Int(floor.y))
        values.withUnsafeBufferPointer { values in
            guard x >= 0, y >= 0, x + SIMD16<Float>.scalarCount < width, y + rows.count < height else {
                return sampleAtEdge(from: (x, y), columns: columns, right, below, of: values, into: rows)
            }
            let line = { (row: Int, column: Int) in
                UnsafeRawBufferPointer(values).loadUnaligned(
                    fromByteOffset: ((y + row) * width + x + column) * MemoryLayout<Float>.stride,
                    as: SIMD16<Float>.self)
            }
            var upper = (1 - right) * line(0, 0) + right * line(0, 1)
            for row in rows.indices {
                let lower = (1 - right) * line(row + 1, 0) + right * line(row + 1, 1)
                rows[row] = (1 - below) * upper + below * lower
                upper = lower
            }
        }
    }

    private func sampleAtEdge(
        from corner: (x: Int, y: Int), columns: Int, _ right: Float, _ below: Float,
        of values: UnsafeBufferPointer<Float>, into rows: UnsafeMutableBufferPointer<SIMD16<Float>>
    ) {
        for row in rows.indices {
            let upper = min(max(corner.y + row, 0), height - 1) * width
            let lower = min(max(corner.y + row + 1, 0), height - 1) * width
            for column in 0..<columns {
                let first = min(max(corner.x + column, 0), width - 1)
                let second = min(max(corner.x + column + 1, 0), width - 1)
                rows[row][column] =
                    (1 - below) * ((1 - right) * values[upper + first] + right * values[upper + second])
                    + below * ((1 - right) * values[lower + first] + right * values[lower + second])
            }
        }
    }
}
