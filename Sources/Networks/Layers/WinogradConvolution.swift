internal import Kernels

/// A 3×3 convolution of stride 1 by Winograd: four (F4) or five (F6) times fewer multiplications than there are taps.
///
/// The tiles of all frames are one list. Where there are many, a worker takes a block of them through all three steps,
/// in memory of its own. Where there are few, reading all weights for each block would cost too much, and the workers
/// share each step instead.
struct WinogradConvolution: ConvolutionAlgorithm {
    private let geometry: Convolution.Geometry
    private let weights: WinogradWeights
    /// A value a stored output.
    private let bias: [Float]
    private let slope: Float
    private let zeros: [Float]

    static func supports(_ geometry: Convolution.Geometry, activation: Activation) -> Bool {
        geometry.kernel == 3 && geometry.stride == 1 && geometry.inputs != 3 && geometry.outputs != 3
            && activation != .tanh
    }

    init(
        _ geometry: Convolution.Geometry, weights: [Float], bias: [Float], activation: Activation, tile: WinogradTile
    ) {
        precondition(Self.supports(geometry, activation: activation), "Winograd is for 3×3 of stride 1")
        self.geometry = geometry
        self.weights = WinogradWeights(weights, inputs: geometry.inputs, outputs: geometry.outputs, tile: tile)
        self.bias = bias + [Float](repeating: 0, count: geometry.storedOutputs - bias.count)
        slope = activation.slope
        zeros = [Float](repeating: 0, count: geometry.storedInputs)
    }

    func run(_ input: Tensor, into output: Tensor, adding residual: Tensor?, on workspace: Workspace) {
        run(input, doubling: nil, into: output, adding: residual, on: workspace)
    }

    /// The convolution of the doubled input, which never is in memory as a whole.
    func run(
        _ input: Tensor, doubling: BilinearResize?, into output: Tensor, adding residual: Tensor?,
        on workspace: Workspace
    ) {
        let tiling = WinogradTiling(
            weights.tile, dilation: geometry.dilation, height: output.shape[1], width: output.shape[2])
        let tiles = output.shape[0] * tiling.tilesPerMap
        bias.withUnsafeBufferPointer { bias in
            zeros.withUnsafeBufferPointer { zeros in
                let source = WinogradInput(
                    input.values, height: input.shape[1], width: input.shape[2], tiling: tiling, resize: doubling,
                    zeros: zeros)
                let target = WinogradOutput(
                    output.mutableValues, tiling: tiling, bias: bias, slope: slope, adding: residual?.values)
                if tiles >= leastTilesPerThread * workspace.workers.threads {
                    runBlocks(of: tiles, from: source, to: target, on: workspace)
                } else {
                    runSteps(on: tiles, from: source, to: target, on: workspace)
                }
            }
        }
        // The views above borrow their memory.
        withExtendedLifetime((input, output, residual)) {}
    }

    /// Each block through all three steps in one item.
    private func runBlocks(
        of tiles: Int, from input: WinogradInput, to output: WinogradOutput, on workspace: Workspace
    ) {
        let blocks = Shares.runs(
            of: tiles, threads: workspace.workers.threads, step: WinogradPoints.tileGroup, most: mostTilesInBlock)
        let longest = blocks.map(\.count).max() ?? 0
        let pointFloats = WinogradPoints.floats(tile: weights.tile, tiles: longest, channels: channels)
        workspace.run(blocks.count, scratch: pointFloats + rowFloats) { item, scratch in
            let block = blocks[item]
            let points = WinogradPoints(scratch, tile: weights.tile, tiles: longest, channels: channels)
            workspace.level.transform(input, tiles: block, to: points)
            workspace.level.multiply(
                points, by: weights, range: 0..<weights.tile.points, tiles: block.count,
                rows: UnsafeMutableBufferPointer(rebasing: scratch[pointFloats...]))
            workspace.level.transform(points, to: output, tiles: block)
        }
    }

    /// All tiles through one step after the other.
    private func runSteps(
        on tiles: Int, from input: WinogradInput, to output: WinogradOutput, on workspace: Workspace
    ) {
        let threads = workspace.workers.threads
        let memory = workspace.tensor(
            WinogradPoints.floats(tile: weights.tile, tiles: tiles, channels: channels))
        let points = WinogradPoints(memory.mutableValues, tile: weights.tile, tiles: tiles, channels: channels)
        let tileRuns = Shares.runs(of: tiles, threads: threads)
        let pointRuns = Shares.runs(of: weights.tile.points, threads: threads)
        workspace.run(tileRuns.count) { item, _ in
            workspace.level.transform(input, tiles: tileRuns[item], to: points, at: tileRuns[item].lowerBound)
        }
        workspace.run(pointRuns.count, scratch: rowFloats) { item, rows in
            workspace.level.multiply(points, by: weights, range: pointRuns[item], tiles: tiles, rows: rows)
        }
        workspace.run(tileRuns.count) { item, _ in
            workspace.level.transform(points, at: tileRuns[item].lowerBound, to: output, tiles: tileRuns[item])
        }
        withExtendedLifetime(memory) {}
    }

    private var channels: Int { max(weights.depth, weights.columns) }
    private var rowFloats: Int { WinogradPoints.rowFloats(depth: weights.depth) }

    /// Blocks read all weights again: small ones stay in the second-level cache, others have to be worth their way.
    private var leastTilesPerThread: Int {
        weights.floats <= Self.cacheFloats ? WinogradPoints.tileGroup : 2 * Self.tilesWorthWeights
    }

    /// As many as stay in the second-level cache, and at least as many as are worth the weights' way through it.
    private var mostTilesInBlock: Int {
        max(Self.tilesWorthWeights, Self.cacheFloats / (weights.tile.points * channels))
    }

    /// Three quarters of 1 MiB.
    private static let cacheFloats = 3 << 16
    private static let tilesWorthWeights = 48
}
