internal import PluginKit

/// Learns what one overlay is made of, from how the picture varies under it and round it.
///
/// Under an overlay a picture varies by 1 − alpha of what it does beside it, and its mean is (1 − alpha) of the mean there
/// and alpha · colour. What the picture does there is taken from round the overlay's box, as smoothly as can be. Every
/// other stretch of frames is also learnt by itself: how far the two disagree says how good both together are.
final class OverlayEstimate {
    /// Means over the frames that counted.
    private struct Bank {
        var count: Float = 0
        /// Of luma, its square, Cb and Cr.
        var means: [[Float]]

        init(pixels: Int, squares: Int) {
            means = [pixels, pixels, squares, squares].map { [Float](repeating: 0, count: $0) }
        }

        /// What two together have seen.
        init(_ one: Bank, _ other: Bank) {
            count = one.count + other.count
            let share = other.count / max(count, 1)
            means = zip(one.means, other.means).map { zip($0, $1).map { $0 + share * ($1 - $0) } }
        }
    }

    /// What follows from a bank, of every pixel of the box.
    private struct Solution {
        /// 1 − alpha.
        var clear: [Float]
        /// alpha · colour, of luma.
        var color: [Float]
        /// The picture's mean and deviation, as they are round the box.
        var mean: [Float]
        var deviation: [Float]
    }

    /// Pixels above which an overlay is too large to be learnt in passing.
    static let largest = 1 << 16
    /// Frames of one stretch.
    private static let stretch = 48
    /// Below this nothing covers the picture.
    private static let leastAlpha: Float = 0.06
    /// Above this too little is left of the picture.
    private static let greatestAlpha: Float = 0.85
    /// The picture's deviation below which nothing is said. Units: levels of luma.
    private static let leastDeviation: Float = 10
    /// The error above which an estimate is of no use: a fill is better. Units: levels of luma.
    private static let greatestError: Float = 14
    /// Below this an overlay was not there: half of it shows where it was taken away.
    private static let leastRemainder: Float = -0.4
    /// Units: frames.
    private static let longestAbsence = 250
    /// The share of an overlay's pixels that must be known.
    private static let leastShare: Float = 0.5

    /// Of the box, in pixels of the frame; x and y are even.
    let x: Int
    let y: Int
    let width: Int
    let height: Int
    /// What it is made of, where that is known and it is there.
    private(set) var overlay: PluginOverlay?

    private let memory: Float
    private let first: Float
    private var banks: [Bank]
    private var counted = 0
    private var nextSolution: Int
    private var known: (overlay: PluginOverlay, alpha: [Float], color: [Float], slope: [Float])?
    /// How much of the overlay shows in what is left once it was taken away: about 0 where it was there, and about −1
    /// where it was not.
    private var remainder: Float = 0
    /// Frames in a row in which it was not there.
    private var absent = 0
    private let nextVersion: () -> UInt64

    private var columns: Int { (width + 1) / 2 }
    private var rows: Int { (height + 1) / 2 }

    /// - Parameters:
    ///   - memory: frames that count.
    ///   - first: frames before anything is said.
    ///   - nextVersion: a number that was not there before.
    init(
        x: Int, y: Int, width: Int, height: Int, memory: Float, first: Float, nextVersion: @escaping () -> UInt64
    ) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
        self.nextVersion = nextVersion
        (self.memory, self.first) = (memory, first)
        nextSolution = Int(first)
        banks = Array(
            repeating: Bank(pixels: width * height, squares: (width + 1) / 2 * ((height + 1) / 2)), count: 2)
    }

    /// Whether a box of pixels lies in this one with some of the picture round it.
    func holds(left: Int, top: Int, right: Int, bottom: Int, frameWidth: Int, frameHeight: Int) -> Bool {
        let margin = 6
        return (left >= x + margin || x == 0) && (top >= y + margin || y == 0)
            && (right <= x + width - margin || x + width >= frameWidth)
            && (bottom <= y + height - margin || y + height >= frameHeight)
    }

    // MARK: Learning

    /// Looks at a frame.
    ///
    /// - Parameters:
    ///   - counts: whether enough of it moves.
    ///   - hidden: the overlay's box in this one: the picture is looked at outside.
    func look(at frame: PluginFrame, counts: Bool, hidden: (left: Int, top: Int, right: Int, bottom: Int)) {
        guard let chroma = frame.chroma else { return }
        // Where it is gone for good, another may come.
        if absent > Self.longestAbsence { forget() }
        if counts, absent == 0 {
            learn(frame.luma, chroma.cb, chroma.cr)
            if counted >= nextSolution {
                // What is known changes less and less.
                nextSolution = counted + max(100, counted / 4)
                solve(hidden)
            }
        }
        watch(frame.luma)
    }

    private func learn(_ luma: PluginPlane, _ cb: PluginPlane, _ cr: PluginPlane) {
        let index = counted / Self.stretch % 2
        counted += 1
        banks[index].count = min(banks[index].count + 1, memory / 2)
        let rate = 1 / banks[index].count
        banks[index].means[0].withUnsafeMutableBufferPointer { mean in
            for row in 0..<height {
                let source = luma.row(y + row) + x
                for column in 0..<width {
                    mean[row * width + column] += rate * (Float(source[column]) - mean[row * width + column])
                }
            }
        }
        banks[index].means[1].withUnsafeMutableBufferPointer { square in
            for row in 0..<height {
                let source = luma.row(y + row) + x
                for column in 0..<width {
                    let level = Float(source[column])
                    square[row * width + column] += rate * (level * level - square[row * width + column])
                }
            }
        }
        for (plane, number) in [(cb, 2), (cr, 3)] {
            banks[index].means[number].withUnsafeMutableBufferPointer { mean in
                for row in 0..<rows {
                    let source = plane.row(y / 2 + row) + x / 2
                    for column in 0..<columns {
                        mean[row * columns + column] += rate * (Float(source[column]) - mean[row * columns + column])
                    }
                }
            }
        }
    }

    private func forget() {
        (banks, counted, nextSolution) = (
            banks.map { _ in Bank(pixels: width * height, squares: columns * rows) }, 0, Int(first)
        )
        (known, overlay, absent, remainder) = (nil, nil, 0, 0)
    }

    // MARK: What follows

    private func solve(_ hidden: (left: Int, top: Int, right: Int, bottom: Int)) {
        let all = Bank(banks[0], banks[1])
        let (pixels, squares) = (mask(hidden, width, height, 1), mask(hidden, columns, rows, 2))
        let solution = solve(all, pixels, squares)
        let halves = banks.map { solve($0, pixels, squares) }
        var alpha = [Float](repeating: 0, count: width * height)
        var color = [Float](repeating: 0, count: width * height)
        var (covered, told, error): (Float, Float, Float) = (0, 0, 0)
        for pixel in alpha.indices where pixels[pixel] != 0 {
            let value = 1 - solution.clear[pixel]
            guard value >= Self.leastAlpha else { continue }
            covered += 1
            guard value <= Self.greatestAlpha, solution.deviation[pixel] >= Self.leastDeviation else {
                alpha[pixel] = -1
                continue
            }
            alpha[pixel] = value
            color[pixel] = min(max(solution.color[pixel], 16 * value), 240 * value)
            told += 1
            let clear = (halves[0].clear[pixel] - halves[1].clear[pixel]) / 2
            let shift = (halves[0].color[pixel] - halves[1].color[pixel]) / 2
            let level = (shift + solution.mean[pixel] * clear) / solution.clear[pixel]
            let contrast = solution.deviation[pixel] * clear / solution.clear[pixel]
            error += level * level + contrast * contrast
        }
        guard told > 0, told >= Self.leastShare * covered, (error / told).squareRoot() <= Self.greatestError else {
            known = nil
            return
        }
        known = publish(alpha, color, all, solution.mean, squares)
        remainder = 0
    }

    private func publish(
        _ alpha: [Float], _ color: [Float], _ bank: Bank, _ mean: [Float], _ squares: [UInt8]
    ) -> (overlay: PluginOverlay, alpha: [Float], color: [Float], slope: [Float]) {
        var chroma = PluginOverlay.Samples(
            alpha: [Float](repeating: 0, count: columns * rows),
            colors: [[Float]](repeating: [Float](repeating: 0, count: columns * rows), count: 2))
        let round = bank.means[2...].map { Membrane.filled($0, hole: squares, width: columns) }
        for row in 0..<rows {
            for column in 0..<columns where squares[row * columns + column] != 0 {
                var (sum, count, isKnown): (Float, Float, Bool) = (0, 0, true)
                for y in 2 * row..<min(2 * row + 2, height) {
                    for x in 2 * column..<min(2 * column + 2, width) {
                        sum += alpha[y * width + x]
                        count += 1
                        if alpha[y * width + x] < 0 { isKnown = false }
                    }
                }
                let square = row * columns + column
                let value = isKnown ? sum / count : -1
                chroma.alpha[square] = value
                guard value > 0 else { continue }
                for index in 0..<2 {
                    let color = bank.means[2 + index][square] - (1 - value) * round[index][square]
                    chroma.colors[index][square] = min(max(color, 16 * value), 240 * value)
                }
            }
        }
        let overlay = PluginOverlay(
            version: nextVersion(), x: x, y: y, width: width, height: height,
            luma: PluginOverlay.Samples(alpha: alpha, colors: [color]), chroma: chroma)
        // What the overlay adds to the mean picture.
        let slope = alpha.indices.map { alpha[$0] > 0 ? color[$0] - alpha[$0] * mean[$0] : 0 }
        return (overlay, alpha, color, slope)
    }

    private func solve(_ bank: Bank, _ pixels: [UInt8], _ squares: [UInt8]) -> Solution {
        let mean = bank.means[0]
        let deviation = zip(mean, bank.means[1]).map { max($1 - $0 * $0, 0).squareRoot() }
        let (meanRound, deviationRound) = (
            Membrane.filled(mean, hole: pixels, width: width), Membrane.filled(deviation, hole: pixels, width: width)
        )
        let clear = deviation.indices.map { min(max(deviation[$0] / max(deviationRound[$0], 1), 0.02), 1) }
        let color = mean.indices.map { mean[$0] - clear[$0] * meanRound[$0] }
        return Solution(clear: clear, color: color, mean: meanRound, deviation: deviationRound)
    }

    // MARK: Whether it is there

    private func watch(_ luma: PluginPlane) {
        guard let known else {
            (overlay, absent) = (nil, 0)
            return
        }
        let seen = known.overlay
        var (product, square): (Float, Float) = (0, 0)
        for row in 0..<height - 1 {
            let (line, next) = (luma.row(y + row) + x, luma.row(y + row + 1) + x)
            func left(_ level: UInt8, _ pixel: Int) -> Float {
                (Float(level) - known.color[pixel]) / (1 - known.alpha[pixel])
            }
            for column in 0..<width - 1 {
                let pixel = row * width + column
                let (right, below) = (pixel + 1, pixel + width)
                guard min(known.alpha[pixel], known.alpha[right], known.alpha[below]) >= 0 else { continue }
                let across = known.slope[right] - known.slope[pixel]
                let down = known.slope[below] - known.slope[pixel]
                guard across != 0 || down != 0 else { continue }
                let here = left(line[column], pixel)
                product += across * (left(line[column + 1], right) - here) + down * (left(next[column], below) - here)
                square += across * across + down * down
            }
        }
        remainder += 0.3 * ((square > 0 ? product / square : 0) - remainder)
        let isThere = remainder > Self.leastRemainder
        absent = isThere ? 0 : absent + 1
        overlay = isThere ? seen : nil
    }

    /// 1 in the overlay's box, in pixels or in squares.
    private func mask(
        _ box: (left: Int, top: Int, right: Int, bottom: Int), _ columns: Int, _ rows: Int, _ step: Int
    ) -> [UInt8] {
        (0..<columns * rows).map { index in
            let (column, row) = (x + index % columns * step, y + index / columns * step)
            return column + step > box.left && column < box.right && row + step > box.top && row < box.bottom ? 1 : 0
        }
    }
}
