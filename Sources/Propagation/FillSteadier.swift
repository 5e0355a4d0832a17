/// Steadies fills over time: what was filled before, moved along the motion, is averaged into each new fill where the
/// two agree.
///
/// A network that guesses each frame anew errs in each frame anew: a mean of guesses of the same place flickers less. So
/// does a place that is carried in one frame and guessed in the next.
package final class FillSteadier {
    /// Guesses that a mean is made of, at most.
    private static let longest: Float = 4
    /// Half the side of the square over which a mean and a new guess are compared.
    private static let reach = 2
    /// Guesses that differ by this much are of different things. Units: steps of 8 bits, the mean of three components.
    private static let tolerance: Float = 96
    /// The least share of a neighbour that is read between pixels.
    private static let leastShare: Float = 0.01

    /// A mean of guesses, and how many they are: 0 where nothing was filled. What is averaged in part counts in part.
    private struct Guess {
        var color = SIMD3<Float>.zero
        var count: Float = 0
    }

    private let width: Int
    private let height: Int
    /// Those of the last frame, rows without padding.
    private var guesses: [Guess]

    /// - Parameters:
    ///   - width: the pictures' width in pixels, above 0, as is `height`.
    package init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        guesses = Array(repeating: Guess(), count: width * height)
    }

    /// Averages a fill with those before it.
    ///
    /// Shapes: fill packed RGB, width × height × 3; hole width × height, other than 0 = filled.
    ///
    /// - Parameters:
    ///   - motion: where a pixel was in the frame before; nil where that is not known.
    ///   - isTrusted: whether a pixel of the hole moved as it says.
    package func steady(
        _ fill: inout [UInt8], hole: [UInt8], along motion: AffineMotion?, where isTrusted: (_ pixel: Int) -> Bool
    ) {
        precondition(fill.count == width * height * 3 && hole.count == width * height, "a picture and its hole")
        let filled = hole.indices.filter { hole[$0] != 0 }
        var moved = Array(repeating: Guess(), count: width * height)
        var misses = [Float](repeating: 0, count: width * height)
        for pixel in filled where isTrusted(pixel) {
            guard let motion else { break }
            moved[pixel] = guess(at: motion(SIMD2(Float(pixel % width), Float(pixel / width))))
            guard moved[pixel].count > 0 else { continue }
            let miss = moved[pixel].color - SIMD3<Float>(fill.color(at: pixel))
            misses[pixel] = (abs(miss.x) + abs(miss.y) + abs(miss.z)) / 3
        }
        guesses = Array(repeating: Guess(), count: width * height)
        for pixel in filled {
            var guess = Guess(color: SIMD3<Float>(fill.color(at: pixel)), count: 1)
            if moved[pixel].count > 0 {
                let agreement = max(0, 1 - meanMiss(near: pixel, misses, moved) / Self.tolerance)
                let count = min(moved[pixel].count, Self.longest - 1) * agreement
                guess.color += (moved[pixel].color - guess.color) * (count / (count + 1))
                guess.count += count
                fill.setColor(SIMD3<UInt8>(nearest: guess.color), at: pixel)
            }
            guesses[pixel] = guess
        }
    }

    /// Forgets the past.
    package func reset() {
        guesses = Array(repeating: Guess(), count: width * height)
    }

    /// How far guesses that were moved near a pixel miss the new ones. That pixel's own must be among them.
    private func meanMiss(near pixel: Int, _ misses: [Float], _ moved: [Guess]) -> Float {
        let (x, y) = (pixel % width, pixel / width)
        var (sum, count): (Float, Float) = (0, 0)
        for row in max(0, y - Self.reach)...min(height - 1, y + Self.reach) {
            for column in max(0, x - Self.reach)...min(width - 1, x + Self.reach) {
                let near = row * width + column
                guard moved[near].count > 0 else { continue }
                (sum, count) = (sum + misses[near], count + 1)
            }
        }
        return sum / count
    }

    /// What was guessed between the pixels of the frame before; none where one of them was not filled.
    private func guess(at point: SIMD2<Float>) -> Guess {
        let corner = point.rounded(.down)
        guard corner.x >= 0, corner.y >= 0, corner.x < Float(width), corner.y < Float(height) else { return Guess() }
        let share = point - corner
        var (sum, shares, count) = (SIMD3<Float>.zero, Float(0), Float.infinity)
        for (right, below) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let part = (right == 1 ? share.x : 1 - share.x) * (below == 1 ? share.y : 1 - share.y)
            guard part >= Self.leastShare else { continue }
            let (x, y) = (Int(corner.x) + right, Int(corner.y) + below)
            guard x < width, y < height, guesses[y * width + x].count > 0 else { return Guess() }
            sum += part * guesses[y * width + x].color
            shares += part
            count = min(count, guesses[y * width + x].count)
        }
        return Guess(color: sum / shares, count: count)
    }
}
