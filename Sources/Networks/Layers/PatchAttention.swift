internal import Kernels

/// Multi-head attention over patches of all frames, with a grid of its own for each head.
///
/// Every head takes its share of the channels, cuts each frame's map into its grid, and lets each patch be made anew
/// from the patches of all frames: softmax(Q·Kᵀ / √D) · V, where a token is one patch.
///
/// Shapes: [T, C, H, W] → [T, C, H, W]; query, key and value weights [C, C, 1, 1].
/// Source: Zeng, Fu, Chao, ECCV 2020 (arXiv 2007.10247), section 3.2, equations 3 to 6.
public struct PatchAttention: Sendable {
    /// The weights and bias of one 1×1 embedding.
    public struct Embedding: Sendable {
        public let weights: [Float]
        public let bias: [Float]

        public init(weights: [Float], bias: [Float]) {
            precondition(weights.count == bias.count * bias.count, "an embedding keeps the channels")
            self.weights = weights
            self.bias = bias
        }
    }

    private let channels: Int
    private let grids: [PatchGrid]
    /// Query, key and value under one another: one product makes all three.
    private let weights: [Float]
    private let bias: [Float]

    public init(grids: [PatchGrid], query: Embedding, key: Embedding, value: Embedding) {
        channels = query.bias.count
        precondition(key.bias.count == channels && value.bias.count == channels, "embeddings have one size")
        precondition(!grids.isEmpty && channels % grids.count == 0, "heads share the channels evenly")
        self.grids = grids
        weights = query.weights + key.weights + value.weights
        bias = query.bias + key.bias + value.bias
    }

    /// - Parameter hidden: for each head, the keys that no query may see (`PatchGrid.hiddenTokens`); nil hides none.
    public func callAsFunction(_ input: Tensor, hidden: [[UInt8]]? = nil, on workspace: Workspace) -> Tensor {
        precondition(input.shape.count == 4 && input.shape[1] == channels, "attention has its own channels")
        let heads = grids.map {
            $0.patches(channels: channels / grids.count, height: input.shape[2], width: input.shape[3])
        }
        precondition(hidden.map { $0.count == heads.count } ?? true, "every head hides its own keys")
        let tokens = embed(input, heads: heads, on: workspace)
        attend(tokens, heads: heads, hidden: hidden, on: workspace)
        return assemble(tokens, shape: input.shape, heads: heads, on: workspace)
    }

    /// Projects the map to queries, keys and values, and lays them out as tokens.
    ///
    /// Shapes: [T, C, H, W] → [3, heads, T, C / heads × H × W], the last two sides of a head being its [N, D].
    private func embed(_ input: Tensor, heads: [PatchLayout], on workspace: Workspace) -> Tensor {
        let (frames, height, width) = (input.shape[0], input.shape[2], input.shape[3])
        let headSize = channels / heads.count * height * width
        let tokens = workspace.tensor(3, heads.count, frames, headSize)
        let rowsPerItem = min(height, max(1, 768 / width))
        let itemsPerFrame = (height + rowsPerItem - 1) / rowsPerItem

        workspace.run(frames * itemsPerFrame, scratch: bias.count * rowsPerItem * width) { item, scratch in
            let frame = item / itemsPerFrame
            let first = item % itemsPerFrame * rowsPerItem
            let rows = first..<min(first + rowsPerItem, height)
            let size = rows.count * width
            project(input[frame], rows: rows, width: width, mapSize: height * width, into: scratch)
            for part in 0..<3 {
                for (head, patches) in heads.enumerated() {
                    let channel = part * channels + head * patches.channels
                    let place = ((part * heads.count + head) * frames + frame) * headSize
                    patches.gather(
                        UnsafeBufferPointer(rebasing: scratch[channel * size..<(channel + patches.channels) * size]),
                        channelStride: size, rows: rows,
                        into: UnsafeMutableBufferPointer(rebasing: tokens.mutableValues[place..<place + headSize]))
                }
            }
        }
        return tokens
    }

    /// Queries, keys and values of some rows of a map.
    ///
    /// Shapes: map [C, H, W]; projected [3C, rows, W].
    private func project(
        _ map: UnsafeBufferPointer<Float>, rows: Range<Int>, width: Int, mapSize: Int,
        into projected: UnsafeMutableBufferPointer<Float>
    ) {
        let size = rows.count * width
        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress, let map = map.baseAddress, let target = projected.baseAddress
            else { return }
            BLAS.multiply(
                MatrixView(weights, rows: bias.count, columns: channels),
                MatrixView(map + rows.lowerBound * width, rows: channels, columns: size, stride: mapSize),
                into: MutableMatrixView(target, rows: bias.count, columns: size))
        }
        for (channel, bias) in bias.enumerated() {
            Activation.none.apply(
                to: UnsafeMutableBufferPointer(rebasing: projected[channel * size..<(channel + 1) * size]), bias: bias)
        }
    }

    /// Puts what each query finds in the query's own place.
    private func attend(_ tokens: Tensor, heads: [PatchLayout], hidden: [[UInt8]]?, on workspace: Workspace) {
        let frames = tokens.shape[2]
        let items = Self.attentionItems(heads: heads, frames: frames, threads: workspace.workers.threads)
        let scratch = items.map { $0.queries.count * frames * heads[$0.head].tokens }.max() ?? 0
        let headSize = frames * tokens.shape[3]

        workspace.run(items.count, scratch: scratch) { index, scratch in
            let item = items[index]
            let patches = heads[item.head]
            let keys = frames * patches.tokens
            guard let base = tokens.mutableValues.baseAddress, let scores = scratch.baseAddress else { return }
            func part(_ part: Int) -> UnsafeMutablePointer<Float> {
                base + (part * heads.count + item.head) * headSize
            }
            let queries = part(0) + item.queries.lowerBound * patches.tokenSize
            let rows = item.queries.count

            BLAS.multiply(
                MatrixView(queries, rows: rows, columns: patches.tokenSize),
                transposing: MatrixView(part(1), rows: keys, columns: patches.tokenSize),
                into: MutableMatrixView(scores, rows: rows, columns: keys))
            let scale = 1 / Float(patches.tokenSize).squareRoot()
            for row in 0..<rows {
                let rowScores = UnsafeMutableBufferPointer(start: scores + row * keys, count: keys)
                if let hidden {
                    hidden[item.head].withUnsafeBufferPointer { softmax(rowScores, scale: scale, hidden: $0) }
                } else {
                    softmax(rowScores, scale: scale, hidden: nil)
                }
            }
            BLAS.multiply(
                MatrixView(scores, rows: rows, columns: keys),
                MatrixView(part(2), rows: keys, columns: patches.tokenSize),
                into: MutableMatrixView(queries, rows: rows, columns: patches.tokenSize))
        }
    }

    /// Puts the patches back in their maps, the heads' channels under one another.
    private func assemble(_ tokens: Tensor, shape: [Int], heads: [PatchLayout], on workspace: Workspace) -> Tensor {
        let output = workspace.tensor(shape[0], shape[1], shape[2], shape[3])
        let frames = shape[0]
        let headSize = tokens.shape[3]
        workspace.run(frames * heads.count) { item, _ in
            let (frame, head) = item.quotientAndRemainder(dividingBy: heads.count)
            let place = (head * frames + frame) * headSize
            heads[head].scatter(
                UnsafeBufferPointer(rebasing: tokens.values[place..<place + headSize]),
                channelStride: shape[2] * shape[3], rows: 0..<shape[2],
                into: UnsafeMutableBufferPointer(
                    rebasing: output.mutablePart(frame)[head * headSize..<(head + 1) * headSize]))
        }
        return output
    }

    /// Some queries of one head.
    private struct Item {
        let head: Int
        let queries: Range<Int>
    }

    /// Heads of few tokens first: theirs cannot be divided, and the many items of the others fill what time is left.
    private static func attentionItems(heads: [PatchLayout], frames: Int, threads: Int) -> [Item] {
        heads.indices.sorted { heads[$0].tokens < heads[$1].tokens }.flatMap { head in
            let queries = frames * heads[head].tokens
            // Every item packs all keys again, so not too small.
            let size = max(64, (queries + 3 * threads - 1) / (3 * threads))
            return stride(from: 0, to: queries, by: size).map {
                Item(head: head, queries: $0..<min($0 + size, queries))
            }
        }
    }
}
