public import Kernels

/// Multi-head attention over patches of several frames, with a grid of its own for each head.
///
/// Every head takes its share of the channels, cuts each frame's map into its grid, and lets each patch of one frame be
/// made anew from the patches of all frames attended to: softmax(q · Kᵀ / √D) · V, where a token is one patch. Only
/// one frame's scores exist at a time, and keys and values are made once a frame, however often it is attended to.
///
/// Shapes: projected [1, H, W, 3C′] (queries, keys and values side by side, each with C′ stored channels) → [1, H, W, C′].
/// Source: Zeng, Fu, Chao, ECCV 2020 (arXiv 2007.10247), section 3.2, equations 3 to 6.
public struct PatchAttention: Sendable {
    private let grids: [PatchGrid]
    private let channels: Int
    private let precision: Precision

    /// - Parameter channels: C; the heads, as many as grids, share them evenly.
    /// - Parameter precision: of queries, keys, values and soft-max in the products; their sums are always fp32.
    public init(grids: [PatchGrid], channels: Int, precision: Precision = .fp32) {
        precondition(!grids.isEmpty && channels > 0 && channels % grids.count == 0, "heads share the channels evenly")
        self.grids = grids
        self.channels = channels
        self.precision = precision
    }

    /// Keeps a frame's keys and values.
    ///
    /// - Parameter hidden: for each head, the patches that no query may see (`PatchGrid.hiddenTokens`); nil hides none.
    public func remember(_ projected: Tensor, hidden: [[UInt8]]? = nil, on workspace: Workspace) -> PatchMemory {
        let map = ProjectedMap(projected, channels: channels, heads: grids.count)
        let memory = PatchMemory(heads(of: projected), hidden: hidden, from: workspace.kept)
        let items = memory.heads.enumerated().flatMap { head, tokens in
            (0..<tokens.storedSize / PatchTokens.sizeStep).divided(into: Self.rememberedParts).map { groups in
                (head, groups.lowerBound * PatchTokens.sizeStep..<groups.upperBound * PatchTokens.sizeStep)
            }
        }
        workspace.run(items.count) { item, _ in
            let (head, part) = items[item]
            let frame = memory.frame(head)
            workspace.level.remember(
                memory.heads[head], keys: map.head(head, of: .keys), values: map.head(head, of: .values), part: part,
                into: frame.keys, frame.values)
        }
        return memory
    }

    /// What a frame's patches become when they attend to those of the remembered frames.
    public func callAsFunction(
        _ projected: Tensor, attendingTo memories: [PatchMemory], on workspace: Workspace
    ) -> Tensor {
        precondition(!memories.isEmpty, "attention has something to attend to")
        let map = ProjectedMap(projected, channels: channels, heads: grids.count)
        let heads = heads(of: projected)
        let work = AttentionWork(heads)
        let attended = heads.indices.map { head in
            AttendedTokens(heads[head], frames: memories.map { $0.frame(head) })
        }
        let output = workspace.tensor(1, projected.shape[1], projected.shape[2], map.stored)

        // One after the other: the parts of every head's scores.
        var places = [0]
        for (head, tokens) in heads.enumerated() {
            let part = memories.count * tokens.count * tokens.scoreColumns
            places.append(places[head] + work.parts[head] * part)
        }
        let scores = workspace.tensor(places[heads.count])

        let scoringWords = heads.map(\.scoringWords).max() ?? 0
        workspace.run(work.scorings.count, scratch: scoringWords) { item, scratch in
            let item = work.scorings[item]
            let part = (places[item.head + 1] - places[item.head]) / work.parts[item.head]
            let place = places[item.head] + item.part * part
            workspace.level.score(
                heads[item.head], map.head(item.head, of: .queries), queries: item.queries, slices: item.slices,
                against: attended[item.head], scratch: scratch,
                into: UnsafeMutableBufferPointer(rebasing: scores.mutableValues[place..<place + part]))
        }

        let blendingWords = heads.map { $0.blendingWords(frames: memories.count) }.max() ?? 0
        workspace.run(work.blendings.count, scratch: blendingWords) { item, scratch in
            let item = work.blendings[item]
            let tokens = heads[item.head]
            guard let base = output.mutableValues.baseAddress else { return }
            let last = item.head == heads.count - 1
            workspace.level.blend(
                tokens,
                scores: UnsafeBufferPointer(rebasing: scores.values[places[item.head]..<places[item.head + 1]]),
                scale: 1 / Float(tokens.size).squareRoot(), queries: item.queries, part: item.part,
                of: attended[item.head], scratch: scratch,
                into: MutableMatrixView(
                    base + item.head * tokens.channels, rows: tokens.pixels, columns: tokens.channels,
                    stride: map.stored),
                surplus: last ? map.stored - channels : 0)
        }
        return withExtendedLifetime(memories) { output }
    }

    private func heads(of projected: Tensor) -> [PatchTokens] {
        grids.map {
            $0.tokens(
                channels: channels / grids.count, height: projected.shape[1], width: projected.shape[2],
                precision: precision)
        }
    }

    /// Items that a head's tokens are remembered in.
    private static let rememberedParts = 4
}

/// A map of queries, keys and values side by side.
private struct ProjectedMap {
    enum Part: Int { case queries, keys, values }

    /// C′, the stored channels of each part.
    let stored: Int
    private let projected: Tensor
    private let headChannels: Int

    init(_ projected: Tensor, channels: Int, heads: Int) {
        stored = Tensor.storedChannels(channels)
        precondition(
            projected.shape.count == 4 && projected.shape[0] == 1 && projected.shape[3] == 3 * stored,
            "attention takes the queries, keys and values of one frame")
        self.projected = projected
        headChannels = channels / heads
    }

    /// One head's channels of one part.
    ///
    /// Ownership: valid while the projected map is alive.
    func head(_ head: Int, of part: Part) -> MatrixView {
        guard let base = projected.values.baseAddress else { preconditionFailure("a map has values") }
        return MatrixView(
            base + part.rawValue * stored + head * headChannels, rows: projected.shape[1] * projected.shape[2],
            columns: headChannels, stride: projected.shape[3])
    }
}
