/// Fills a hole in a plane as a soap film would: every value is the mean of its neighbours.
///
/// From coarse to fine, so that a few steps on each level are enough.
enum Membrane {
    /// Steps on each level.
    private static let steps = 16
    private static let overRelaxation: Float = 1.5

    /// Shapes: values and hole rows without padding; other than 0 is the hole. A plane that is all hole becomes 0.
    static func filled(_ values: [Float], hole: [UInt8], width: Int) -> [Float] {
        let height = values.count / max(width, 1)
        guard hole.contains(where: { $0 != 0 }) else { return values }
        guard hole.contains(0) else { return [Float](repeating: 0, count: values.count) }
        var filled = values
        let (columns, rows) = ((width + 1) / 2, (height + 1) / 2)
        var (sums, counts) = (
            [Float](repeating: 0, count: columns * rows), [Float](repeating: 0, count: columns * rows)
        )
        for y in 0..<height {
            for x in 0..<width where hole[y * width + x] == 0 {
                sums[y / 2 * columns + x / 2] += values[y * width + x]
                counts[y / 2 * columns + x / 2] += 1
            }
        }
        let coarse = Self.filled(
            zip(sums, counts).map { $1 > 0 ? $0 / $1 : 0 }, hole: counts.map { $0 > 0 ? 0 : 1 }, width: columns)
        let places = hole.indices.filter { hole[$0] != 0 }
        for place in places { filled[place] = coarse[place / width / 2 * columns + place % width / 2] }
        filled.withUnsafeMutableBufferPointer { filled in
            for _ in 0..<steps {
                for place in places {
                    let (x, y) = (place % width, place / width)
                    var (sum, count): (Float, Float) = (0, 0)
                    if x > 0 { (sum, count) = (sum + filled[place - 1], count + 1) }
                    if x < width - 1 { (sum, count) = (sum + filled[place + 1], count + 1) }
                    if y > 0 { (sum, count) = (sum + filled[place - width], count + 1) }
                    if y < height - 1 { (sum, count) = (sum + filled[place + width], count + 1) }
                    filled[place] += overRelaxation * (sum / max(count, 1) - filled[place])
                }
            }
        }
        return filled
    }
}
