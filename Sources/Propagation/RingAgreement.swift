/// How far two guesses of what is in the hole miss the truth where that is known: on the ring round it.
///
/// The pixels of the ring were hidden from both guesses as the hole's are, so that what is measured there holds for the
/// hole next to it: how well pixels carried along the motion do, against a smooth fill from the border. Misses are squares:
/// what is carried is either right or, where something moved by itself, far off, and there its mean would flatter it.
struct RingAgreement {
    /// Half the side of the square over which misses are averaged.
    private static let reach = 20

    private let width: Int
    private let height: Int
    // Sums over everything above and to the left: pixels of the ring that were guessed, and the misses of either guess.
    private var counts: [Int64]
    private var carried: [Int64]
    private var smooth: [Int64]

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        counts = [Int64](repeating: 0, count: (width + 1) * (height + 1))
        carried = counts
        smooth = counts
    }

    /// Measures a frame.
    ///
    /// - Parameters:
    ///   - ring: its pixels that both guessed, in rising order.
    ///   - misses: the squares that either missed each of them by, the three components together.
    mutating func measure(_ ring: [Int], misses: [(carried: Int64, smooth: Int64)]) {
        var next = 0
        let columns = width + 1
        for y in 0..<height {
            var row: (count: Int64, carried: Int64, smooth: Int64) = (0, 0, 0)
            for x in 0..<width {
                if next < ring.count, ring[next] == y * width + x {
                    row.count += 1
                    row.carried += misses[next].carried
                    row.smooth += misses[next].smooth
                    next += 1
                }
                let (here, above) = ((y + 1) * columns + x + 1, y * columns + x + 1)
                counts[here] = counts[above] + row.count
                carried[here] = carried[above] + row.carried
                smooth[here] = smooth[above] + row.smooth
            }
        }
    }

    /// The mean squares near a pixel, or of the whole ring where none of it is near; nil where there is none at all.
    ///
    /// Units: squares of steps of 8 bits, the mean of three components.
    func misses(near pixel: Int) -> (carried: Float, smooth: Float)? {
        let (x, y) = (pixel % width, pixel / width)
        let near = means(
            x: max(0, x - Self.reach)..<min(width, x + Self.reach + 1),
            y: max(0, y - Self.reach)..<min(height, y + Self.reach + 1), least: 12)
        return near ?? means(x: 0..<width, y: 0..<height, least: 1)
    }

    private func means(x: Range<Int>, y: Range<Int>, least: Int64) -> (carried: Float, smooth: Float)? {
        let columns = width + 1
        func sum(_ sums: [Int64]) -> Int64 {
            sums[y.upperBound * columns + x.upperBound] - sums[y.lowerBound * columns + x.upperBound]
                - sums[y.upperBound * columns + x.lowerBound] + sums[y.lowerBound * columns + x.lowerBound]
        }
        let count = sum(counts)
        guard count >= least else { return nil }
        return (Float(sum(carried)) / Float(3 * count), Float(sum(smooth)) / Float(3 * count))
    }
}
