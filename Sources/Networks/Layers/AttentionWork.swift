internal import Kernels

/// How attention's two steps are divided into items for the workers.
///
/// The division follows from the heads alone, never from the number of workers, so that sums have one order. Items of
/// all heads take about as long, and the longest come first, so that the workers end together.
struct AttentionWork {
    /// Some queries of a head times all keys, over some slices of the tokens.
    struct Scoring {
        let head: Int
        /// Which of the head's parts of scores this makes.
        let part: Int
        let slices: Range<Int>
        let queries: Range<Int>
    }

    /// Some values of what some queries of a head become.
    struct Blending {
        let head: Int
        let queries: Range<Int>
        let part: Range<Int>
    }

    let scorings: [Scoring]
    let blendings: [Blending]
    /// Parts of each head's scores.
    let parts: [Int]

    init(_ heads: [PatchTokens]) {
        let costs = heads.map(Self.cost)
        let item = costs.reduce(0, +) / Self.items
        var scorings: [(cost: Double, item: Scoring)] = []
        var blendings: [(cost: Double, item: Blending)] = []
        var parts: [Int] = []
        for (head, tokens) in heads.enumerated() {
            let wanted = Int((costs[head] / item).rounded())
            let step = PatchTokens.sizeStep

            // Along the token first: then every key is read once. Short tokens are divided by queries too.
            let slices = (0..<tokens.slices).divided(into: wanted)
            parts.append(slices.count)
            for queries in Self.scoredQueries(tokens, wanted: wanted / slices.count) {
                for (part, slices) in slices.enumerated() {
                    scorings.append(
                        (
                            costs[head] * Double(queries.count * slices.count) / Double(tokens.count * tokens.slices),
                            Scoring(head: head, part: part, slices: slices, queries: queries)
                        ))
                }
            }

            let blended = (0..<tokens.count).divided(by: PatchTokens.blendedQueries)
            for queries in blended {
                for groups in (0..<tokens.storedSize / step).divided(into: wanted / blended.count) {
                    let part = groups.lowerBound * step..<groups.upperBound * step
                    blendings.append(
                        (
                            costs[head] * Double(queries.count * part.count)
                                / Double(tokens.count * tokens.storedSize),
                            Blending(head: head, queries: queries, part: part)
                        ))
                }
            }
        }
        self.scorings = scorings.sorted { $0.cost > $1.cost }.map(\.item)
        self.blendings = blendings.sorted { $0.cost > $1.cost }.map(\.item)
        self.parts = parts
    }

    /// The tokens in about `wanted` blocks of queries.
    private static func scoredQueries(_ tokens: PatchTokens, wanted: Int) -> [Range<Int>] {
        let step = PatchTokens.scoredStep
        let even = (tokens.count / max(1, wanted) + step - 1) / step * step
        return (0..<tokens.count).divided(by: min(max(step, even), PatchTokens.scoredQueries))
    }

    /// Items that a step would have if all heads could be divided evenly.
    private static let items = 16.0

    /// What a head costs: a value that is read takes a multiplication for each query, and as long as some more
    /// multiplications to come from memory.
    private static func cost(_ tokens: PatchTokens) -> Double {
        Double(tokens.count * tokens.storedSize * (tokens.count + 16))
    }
}

extension Range<Int> {
    /// Pieces of `length`, the last as long as what is left.
    func divided(by length: Int) -> [Range<Int>] {
        stride(from: lowerBound, to: upperBound, by: length).map { $0..<Swift.min($0 + length, upperBound) }
    }

    /// That many pieces, at least 1, of about the same length, none empty unless the range is.
    func divided(into pieces: Int) -> [Range<Int>] {
        let pieces = Swift.max(1, Swift.min(pieces, count))
        return (0..<pieces).map {
            lowerBound + $0 * count / pieces..<lowerBound + ($0 + 1) * count / pieces
        }
    }
}
