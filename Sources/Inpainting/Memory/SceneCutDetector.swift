/// Tells a cut to another scene from everything else that changes a picture quickly.
///
/// A cut changes both what levels a picture has and where it has them. A pan or a moving object keeps the levels, a
/// fade, a dissolve or a flash keeps the places, and noise keeps both. A picture of next to no contrast has no places
/// to compare: it is passed over, and the one after it compared with the last that had some, so that neither a flash
/// nor a moment of black hides a cut or makes one.
///
/// A cut between two pictures that are alike in either respect is missed, about one in twenty of those between
/// unrelated photographs; a scene that is taken for the one before only attends to frames that have little to give.
package struct SceneCutDetector {
    /// The last picture with contrast.
    private var last: SceneSignature?

    package init() {}

    /// Whether a cut lies before this picture; a first picture has none.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, 1 = hole, whose pixels are not looked at.
    package mutating func isCut(before picture: UnsafeRawBufferPointer, hole: [UInt8], width: Int, height: Int) -> Bool
    {
        let signature = SceneSignature(picture, hole: hole, width: width, height: height)
        guard signature.hasContrast else { return false }
        defer { last = signature }
        return last.map { signature.isOtherScene(than: $0) } ?? false
    }

    package mutating func reset() {
        last = nil
    }
}

/// The levels of a picture, and where it has them, over the pixels outside its hole.
struct SceneSignature {
    private static let columns = 16
    private static let rows = 8
    private static let bins = 64

    /// The share of each bin of four levels of luma.
    private var histogram = [Float](repeating: 0, count: bins)
    /// The mean luma of each cell of a grid; nil where hardly any of it is seen.
    private var cells = [Float?](repeating: nil, count: columns * rows)

    init(_ picture: UnsafeRawBufferPointer, hole: [UInt8], width: Int, height: Int) {
        precondition(
            picture.count == 3 * width * height && hole.count == width * height, "a hole has its picture's size")
        var counts = [Int32](repeating: 0, count: Self.bins)
        var sums = [Int32](repeating: 0, count: cells.count)
        var seen = [Int32](repeating: 0, count: cells.count)
        let column = (0..<width).map { $0 * Self.columns / width }
        // A quarter of the pixels tells as much as all.
        for y in stride(from: 0, to: height, by: 2) {
            let row = y * Self.rows / height * Self.columns
            for x in stride(from: 0, to: width, by: 2) where hole[y * width + x] == 0 {
                let pixel = 3 * (y * width + x)
                let luma =
                    77 * Int32(picture[pixel]) + 150 * Int32(picture[pixel + 1]) + 29 * Int32(picture[pixel + 2])
                counts[Int(luma >> 10)] += 1
                sums[row + column[x]] += luma >> 8
                seen[row + column[x]] += 1
            }
        }
        let total = seen.reduce(0, +)
        guard total > 0 else { return }
        for bin in counts.indices { histogram[bin] = Float(counts[bin]) / Float(total) }
        let enough = max(1, Int32(width * height / (4 * cells.count * 4)))
        for cell in cells.indices where seen[cell] >= enough {
            cells[cell] = Float(sums[cell]) / Float(seen[cell])
        }
    }

    /// Whether there are bright and dark places to compare.
    var hasContrast: Bool {
        let known = cells.compactMap(\.self)
        return known.count >= 8 && Self.deviation(known) >= 3
    }

    /// Whether this and another picture differ in their levels and in where they have them.
    ///
    /// Both must have contrast.
    func isOtherScene(than other: SceneSignature) -> Bool {
        let levels = zip(histogram, other.histogram)
        let moved = levels.reduce(Float(0)) { $0 + abs($1.0 - $1.1) } / 2
        var distance: Float = 0
        var balance: Float = 0
        for (share, otherShare) in levels {
            balance += share - otherShare
            distance += abs(balance) * 256 / Float(Self.bins)
        }
        return moved > 0.2 && distance > 4 && correlation(with: other) < 0.65
    }

    /// The correlation of the cells that both pictures show: 1 where one is the other, brightened or dimmed.
    private func correlation(with other: SceneSignature) -> Float {
        let pairs = zip(cells, other.cells).compactMap { a, b in a.flatMap { a in b.map { (a, $0) } } }
        // Too little in common to tell.
        guard pairs.count >= 8 else { return 1 }
        let (meanA, meanB) = (Self.mean(pairs.map(\.0)), Self.mean(pairs.map(\.1)))
        let product = pairs.reduce(Float(0)) { $0 + ($1.0 - meanA) * ($1.1 - meanB) } / Float(pairs.count)
        return product / max(Self.deviation(pairs.map(\.0)) * Self.deviation(pairs.map(\.1)), 1e-6)
    }

    private static func mean(_ values: [Float]) -> Float {
        values.reduce(0, +) / Float(values.count)
    }

    private static func deviation(_ values: [Float]) -> Float {
        let mean = mean(values)
        return (values.reduce(Float(0)) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
    }
}
