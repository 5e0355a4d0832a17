internal import Frames

/// Noise as a camera or a film has it: white, of a normal distribution, and the same in every run.
struct Grain {
    /// Units: levels.
    let deviation: Float
    private let seed: UInt64

    /// - Parameters:
    ///   - frame: its number in the stream.
    ///   - component: its number in the format.
    init(deviation: Float, frame: Int, component: Int) {
        self.deviation = deviation
        seed = Self.mixed(UInt64(truncatingIfNeeded: frame) &* 4 &+ UInt64(component))
    }

    /// What is added to a sample, whatever is asked for before.
    func noise(_ column: Int, _ row: Int) -> Float {
        let bits = Self.mixed(seed &+ UInt64(truncatingIfNeeded: row << 32 | column) &* 0x9E37_79B9_7F4A_7C15)
        // The sum of four even numbers is near enough to normal.
        let sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + bits >> 48
        return (Float(sum) - 131_070) / 37_837 * deviation
    }

    /// Source: the finaliser of SplitMix64, Steele, Lea and Flood, OOPSLA 2014.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    // MARK: As it is measured

    /// Samples below which nothing is said of a grain.
    static let fewestSamples = 48
    /// Units: levels of 256.
    static let greatestDeviation: Float = 12
    /// Enough for a few per cent.
    private static let mostSamples = 6000
    /// The share of the differences that is looked at: the smallest, since edges and texture are among the others.
    private static let quietShare: Float = 0.3
    /// Below which so many of a normal distribution's lengths lie, in deviations.
    private static let quietLength: Float = 0.3853
    /// Of the operator below, for white noise.
    private static let operatorGain: Float = 6

    /// The deviation of what is noise in some samples, all of which have neighbours on every side; nil where they are
    /// too few.
    ///
    /// Source: the operator of Immerkær, "Fast Noise Variance Estimation", 1996, with a quantile in place of the mean.
    static func deviation(of picture: SampleReader, in runs: [HoleRing.Run]) -> Float? {
        let total = runs.reduce(0) { $0 + $1.columns.count }
        guard total >= fewestSamples else { return nil }
        let step = max(1, total / mostSamples)
        var counts = [Int32](repeating: 0, count: 1024)
        var seen: Int32 = 0
        var next = 0
        for run in runs {
            let (above, row, below) = (run.row - 1, run.row, run.row + 1)
            while next < run.columns.count {
                let column = run.columns.lowerBound + next
                let corners =
                    picture.level(column - 1, above) + picture.level(column + 1, above)
                    + picture.level(column - 1, below) + picture.level(column + 1, below)
                let sides =
                    picture.level(column, above) + picture.level(column, below) + picture.level(column - 1, row)
                    + picture.level(column + 1, row)
                let length = abs(corners - 2 * sides + 4 * picture.level(column, row))
                counts[min(length, counts.count - 1)] += 1
                seen += 1
                next += step
            }
            next -= run.columns.count
        }
        // Whole lengths stand for what lies half a level round them.
        var left = quietShare * Float(seen)
        for (length, count) in counts.enumerated() {
            guard left > Float(count) else {
                let low = max(0, Float(length) - 0.5)
                let quantile = low + (Float(length) + 0.5 - low) * left / Float(max(count, 1))
                return quantile / quietLength / operatorGain
            }
            left -= Float(count)
        }
        return nil
    }
}
