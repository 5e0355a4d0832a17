internal import Frames

/// How the light of a fill is brought to that of the picture round it, for one component.
struct LightFit: Equatable {
    /// About the ring's mean.
    var gain: Float = 1
    /// Units: levels.
    var offset: Float = 0
    /// Of the fill, in the ring. Units: levels.
    var mean: Float = 0

    func level(_ level: Float) -> Float { level + offset + (gain - 1) * (level - mean) }

    /// The fit moved so far towards another.
    func moved(to other: LightFit, by share: Float) -> LightFit {
        LightFit(
            gain: gain + share * (other.gain - gain), offset: offset + share * (other.offset - offset),
            mean: other.mean)
    }
}

/// Measures by how much a fill and the picture differ where both are known.
///
/// The differences' mean is that of their middle half: what moves past the ring, or is drawn less well there, is at the
/// ends.
struct LightMatch {
    /// Samples below which a ring says nothing.
    static let fewestSamples = 24
    /// Units: levels of 256.
    static let greatestOffset: Float = 16
    static let greatestGain: Float = 0.1
    /// The deviation of a fill in the ring below which nothing is said of its gain. Units: levels of 256.
    private static let leastDeviation: Float = 8
    private static let trimmedShare: Float = 0.25

    /// Nil where there is too little to compare.
    ///
    /// - Parameter scale: levels of the component for each of 256.
    static func fit(_ fill: SampleReader, to picture: SampleReader, in ring: [HoleRing.Run], scale: Int) -> LightFit? {
        let most = 256 * scale - 1
        var counts = [Int32](repeating: 0, count: 2 * most + 1)
        var total: Int32 = 0
        var sum = 0
        for run in ring {
            for column in run.columns {
                let level = fill.level(column, run.row)
                counts[picture.level(column, run.row) - level + most] += 1
                sum += level
            }
            total += Int32(run.columns.count)
        }
        guard total >= fewestSamples else { return nil }
        let (difference, kept) = middle(of: counts, total: total, most: most)
        let limit = greatestOffset * Float(scale)
        var fit = LightFit(
            offset: min(max(difference, -limit), limit), mean: Float(sum) / Float(total))
        fit.gain = gain(fill, picture, ring, about: fit.mean, kept: kept, scale: scale)
        return fit
    }

    /// The mean of the differences' middle half, and between what differences it lies.
    private static func middle(of counts: [Int32], total: Int32, most: Int) -> (mean: Float, kept: ClosedRange<Int>) {
        var skipped = trimmedShare * Float(total)
        var left = Float(total) - 2 * skipped
        let all = left
        var mean: Float = 0
        var (lowest, highest): (Int?, Int) = (nil, 0)
        for (index, count) in counts.enumerated() where count > 0 {
            var count = Float(count)
            let before = min(count, skipped)
            skipped -= before
            count = min(count - before, left)
            guard count > 0 else { continue }
            left -= count
            mean += count / all * Float(index - most)
            lowest = lowest ?? index - most
            highest = index - most
        }
        let low = lowest ?? 0
        return (mean, low...max(low, highest))
    }

    /// From the samples whose difference is an ordinary one.
    private static func gain(
        _ fill: SampleReader, _ picture: SampleReader, _ ring: [HoleRing.Run], about mean: Float,
        kept: ClosedRange<Int>, scale: Int
    ) -> Float {
        guard greatestGain > 0 else { return 1 }
        var (count, level, change, product, square): (Float, Float, Float, Float, Float) = (0, 0, 0, 0, 0)
        for run in ring {
            for column in run.columns {
                let value = fill.level(column, run.row)
                let difference = picture.level(column, run.row) - value
                guard kept.contains(difference) else { continue }
                let (x, y) = (Float(value) - mean, Float(difference))
                count += 1
                level += x
                change += y
                product += x * y
                square += x * x
            }
        }
        guard count >= Float(fewestSamples) else { return 1 }
        let variance = square / count - level / count * (level / count)
        let least = leastDeviation * Float(scale)
        guard variance > least * least else { return 1 }
        let slope = (product / count - level / count * (change / count)) / variance
        return 1 + min(max(slope, -greatestGain), greatestGain)
    }
}
