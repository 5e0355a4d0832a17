internal import Frames

/// Measures by how much a fill's light is off: how it and the picture differ where both are known, in the ring round the
/// hole.
///
/// The differences' mean is that of their middle half: what moves past the ring, or is drawn less well there, is at the
/// ends. It counts the less, the less the ring's sides agree.
enum LightMatch {
    /// Samples below which a ring says nothing.
    private static let fewestSamples: Int32 = 24
    /// Samples below which one of its sides says nothing.
    private static let fewestSideSamples: Int32 = 6
    /// Units: levels of 256.
    private static let greatestOffset: Float = 16
    private static let trimmedShare: Float = 0.25

    /// What the fill lacks, in levels of the component; nil where there is too little to compare.
    ///
    /// - Parameter scale: levels of the component for each of 256.
    static func offset(
        of fill: SampleReader, to picture: SampleReader, in ring: [HoleRing.Run], scale: Int
    ) -> Float? {
        let most = 256 * scale - 1
        let sides = RingSides(of: ring)
        var counts = [[Int32]](repeating: [Int32](repeating: 0, count: 2 * most + 1), count: RingSides.count)
        for run in ring {
            for column in run.columns {
                let difference = picture.level(column, run.row) - fill.level(column, run.row)
                counts[sides.side(of: column, run.row)][difference + most] += 1
            }
        }
        let totals = counts.map { $0.reduce(0, +) }
        let total = totals.reduce(0, +)
        guard total >= fewestSamples else { return nil }
        var all = counts[0]
        for side in counts.dropFirst() {
            for index in all.indices { all[index] += side[index] }
        }
        var offset = middle(of: all, total: total) - Float(most)
        let means = zip(counts, totals).compactMap { counts, total in
            total >= fewestSideSamples ? middle(of: counts, total: total) - Float(most) : nil
        }
        offset *= agreement(of: means, on: offset)
        let limit = greatestOffset * Float(scale)
        return min(max(offset, -limit), limit)
    }

    /// The mean of the middle half of what was counted.
    private static func middle(of counts: [Int32], total: Int32) -> Float {
        var skipped = trimmedShare * Float(total)
        var left = Float(total) - 2 * skipped
        let all = left
        var mean: Float = 0
        for (value, count) in counts.enumerated() where count > 0 {
            let before = min(Float(count), skipped)
            skipped -= before
            let taken = min(Float(count) - before, left)
            left -= taken
            mean += taken / all * Float(value)
        }
        return mean
    }

    /// 1 where all sides say the same, 0 where they say all kinds of things.
    private static func agreement(of means: [Float], on offset: Float) -> Float {
        guard means.count > 1, offset != 0 else { return 1 }
        let squares = means.map { ($0 - offset) * ($0 - offset) }.sorted()
        // The median's, so that one side on which something passes does not count; for a normal distribution 2.2 of it
        // is the variance. Of eight sides two or so are independent.
        let error = 2.2 * squares[squares.count / 2] / 2
        return offset * offset / (offset * offset + error)
    }
}

/// The sides of a ring, by the direction from its middle: eight parts.
private struct RingSides {
    static let count = 8

    /// Twice the middle's place, and the ring's size.
    private let middle: (column: Int, row: Int)
    private let size: (width: Int, height: Int)

    init(of ring: [HoleRing.Run]) {
        let (left, right) = (
            ring.map(\.columns.lowerBound).min() ?? 0, ring.map(\.columns.upperBound).max() ?? 1
        )
        let (top, bottom) = (ring.map(\.row).min() ?? 0, (ring.map(\.row).max() ?? 0) + 1)
        middle = (left + right, top + bottom)
        size = (right - left, bottom - top)
    }

    func side(of column: Int, _ row: Int) -> Int {
        let across = (2 * column + 1 - middle.column) * size.height
        let down = (2 * row + 1 - middle.row) * size.width
        return (across > 0 ? 1 : 0) + (down > 0 ? 2 : 0) + (abs(across) > abs(down) ? 4 : 0)
    }
}
