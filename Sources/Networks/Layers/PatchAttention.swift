internal import Kernels

/// Multi-head attention over patches of several frames, with a grid of its own for each head.
///
/// Every head takes its share of the channels, cuts each frame's map into its grid, and lets each patch be made anew
/// from the patches of all frames: softmax(Q·Kᵀ / √D) · V, where a token is one patch.
///
/// Shapes: queries, keys and values of a frame side by side, [1, H, W, 3 × stored channels].
/// Source: Zeng, Fu, Chao, ECCV 2020 (arXiv 2007.10247), section 3.2, equations 3 to 6.
public struct PatchAttention: Sendable {
    private let grids: [PatchGrid]
    private let channels: Int

    public init(grids: [PatchGrid], channels: Int) {
        precondition(!grids.isEmpty && channels % grids.count == 0, "heads share the channels evenly")
        self.grids = grids
        self.channels = channels
    }

    /// The keys and values of one frame.
    ///
    /// - Parameter hidden: for each head, the keys that no query may see (`PatchGrid.hiddenTokens`); nil hides none.
    public func remember(_ projected: Tensor, hidden: [[UInt8]]?, on workspace: Workspace) -> PatchMemory {
        precondition(hidden.map { $0.count == grids.count } ?? true, "every head hides its own keys")
        let stored = Tensor.storedChannels(channels)
        return PatchMemory(
            keys: tokens(of: projected, from: stored, on: workspace),
            values: tokens(of: projected, from: 2 * stored, on: workspace), hidden: hidden)
    }

    /// What the queries of one frame find in the memories of some.
    ///
    /// Shapes: the result is [1, H, W, stored channels], the heads' channels one after the other.
    public func callAsFunction(
        _ projected: Tensor, attendingTo memories: [PatchMemory], on workspace: Workspace
    ) -> Tensor {
        let (height, width) = (projected.shape[1], projected.shape[2])
        let found = workspace.tensor(1, height, width, Tensor.storedChannels(channels))
        found.mutableValues.update(repeating: 0)
        let queries = tokens(of: projected, from: 0, on: workspace)
        let keys = memories.reduce(0) { $0 + ($1.keys.map { $0.shape[0] }.max() ?? 0) }
        let rows = grids.map { $0.columns * $0.rows }.max() ?? 0
        workspace.run(grids.count, scratch: keys * rows) { head, scores in
            attend(queries[head], memories, head: head, scores: scores)
            copyRuns(of: head, height: height, width: width) { token, place in
                let target = place * found.shape[3] + head * headChannels
                for channel in 0..<headChannels {
                    found.mutableValues[target + channel] = queries[head].values[token + channel]
                }
            }
        }
        return found
    }

    private var headChannels: Int { channels / grids.count }

    /// For each head, the tokens of the channels from `first` on.
    ///
    /// Shapes: each [tokens, D], a token's values by row, column and channel.
    private func tokens(of projected: Tensor, from first: Int, on workspace: Workspace) -> [Tensor] {
        let (height, width, stored) = (projected.shape[1], projected.shape[2], projected.shape[3])
        return grids.indices.map { head in
            let count = grids[head].columns * grids[head].rows
            let tokens = workspace.tensor(count, height * width / count * headChannels)
            copyRuns(of: head, height: height, width: width) { token, place in
                let source = place * stored + first + head * headChannels
                for channel in 0..<headChannels {
                    tokens.mutableValues[token + channel] = projected.values[source + channel]
                }
            }
            return tokens
        }
    }

    /// Calls `body` for every place of a map with where its run of channels begins in a head's tokens.
    private func copyRuns(of head: Int, height: Int, width: Int, _ body: (_ token: Int, _ place: Int) -> Void) {
        let patches = grids[head].patches(channels: headChannels, height: height, width: width)
        for y in 0..<height {
            let (patchRow, row) = y.quotientAndRemainder(dividingBy: patches.patchHeight)
            for x in 0..<width {
                let (patchColumn, column) = x.quotientAndRemainder(dividingBy: patches.patchWidth)
                let token = (patchRow * patches.columns + patchColumn) * patches.tokenSize
                body(token + (row * patches.patchWidth + column) * headChannels, y * width + x)
            }
        }
    }

    /// Puts what each query finds in the query's own place.
    private func attend(
        _ queries: Tensor, _ memories: [PatchMemory], head: Int, scores: UnsafeMutableBufferPointer<Float>
    ) {
        let (rows, size) = (queries.shape[0], queries.shape[1])
        let keys = memories.reduce(0) { $0 + $1.keys[head].shape[0] }
        guard let base = queries.mutableValues.baseAddress, let scores = scores.baseAddress else { return }
        var first = 0
        for memory in memories {
            let key = memory.keys[head]
            guard let source = key.values.baseAddress else { return }
            BLAS.multiply(
                MatrixView(base, rows: rows, columns: size),
                transposing: MatrixView(source, rows: key.shape[0], columns: size),
                into: MutableMatrixView(scores + first, rows: rows, columns: key.shape[0], stride: keys))
            first += key.shape[0]
        }
        let hidden: [UInt8]? =
            memories.contains { $0.hidden != nil }
            ? memories.flatMap { $0.hidden?[head] ?? [UInt8](repeating: 0, count: $0.keys[head].shape[0]) } : nil
        for row in 0..<rows {
            let rowScores = UnsafeMutableBufferPointer(start: scores + row * keys, count: keys)
            let scale = 1 / Float(size).squareRoot()
            if let hidden {
                hidden.withUnsafeBufferPointer { softmax(rowScores, scale: scale, hidden: $0) }
            } else {
                softmax(rowScores, scale: scale, hidden: nil)
            }
        }
        first = 0
        for memory in memories {
            let value = memory.values[head]
            guard let source = value.values.baseAddress else { return }
            BLAS.multiply(
                MatrixView(scores + first, rows: rows, columns: value.shape[0], stride: keys),
                MatrixView(source, rows: value.shape[0], columns: size),
                into: MutableMatrixView(base, rows: rows, columns: size), accumulate: first > 0)
            first += value.shape[0]
        }
    }
}
