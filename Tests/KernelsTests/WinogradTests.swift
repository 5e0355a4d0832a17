import Kernels
import Testing

/// Winograd's three steps at every level against a convolution in double precision, tap by tap.
@Suite struct WinogradTests {
    /// A convolution and the maps that it is tried on.
    struct Trial: CustomTestStringConvertible {
        var height: Int
        var width: Int
        var inputs = 16
        var outputs = 16
        var dilation = 1
        var frames = 1
        var hasResidual = false
        var slope: Float = 1
        var isDoubling = false

        var testDescription: String {
            "\(frames)×\(height)×\(width), \(inputs)→\(outputs), dilation \(dilation)"
                + (hasResidual ? ", residual" : "") + (isDoubling ? ", doubled" : "")
        }

        var storedInputs: Int { PackedMatrix.roundedUp(inputs) }
        var storedOutputs: Int { PackedMatrix.roundedUp(outputs) }
        var outputHeight: Int { isDoubling ? 2 * height : height }
        var outputWidth: Int { isDoubling ? 2 * width : width }
        var outputCount: Int { frames * outputHeight * outputWidth * storedOutputs }

        /// Channels beyond `inputs` are zero, as they are in every map.
        var maps: [Float] {
            var values = numbers(frames * height * width * storedInputs, seed: 3)
            for index in values.indices where index % storedInputs >= inputs { values[index] = 0 }
            return values
        }
        var weights: [Float] { numbers(outputs * inputs * 9, seed: 5) }
        var bias: [Float] { (0..<storedOutputs).map { $0 < outputs ? numbers(outputs, seed: 7)[$0] : 0 } }
        var residual: [Float]? { hasResidual ? numbers(outputCount, seed: 11) : nil }
    }

    static let trials: [Trial] =
        [
            (1, 1), (1, 2), (2, 1), (3, 5), (4, 4), (6, 6), (7, 13), (12, 8),
        ].flatMap { size in
            [1, 2].map { Trial(height: size.0, width: size.1, dilation: $0, frames: 2) }
        } + [
            Trial(height: 37, width: 53, inputs: 48, outputs: 32, frames: 3, hasResidual: true, slope: 0.2),
            Trial(height: 37, width: 53, inputs: 32, outputs: 80, dilation: 2, hasResidual: true, slope: 0.2),
            Trial(height: 12, width: 19, inputs: 272, outputs: 256, slope: 0.2),
            Trial(height: 11, width: 9, inputs: 256, outputs: 272, dilation: 2, hasResidual: true),
            Trial(height: 5, width: 5, inputs: 5, outputs: 7, hasResidual: true, slope: 0.2),
            Trial(height: 9, width: 7, inputs: 21, outputs: 40, dilation: 3, slope: 0.2),
            Trial(height: 1, width: 1, frames: 2, isDoubling: true),
            Trial(height: 1, width: 4, isDoubling: true),
            Trial(height: 5, width: 3, isDoubling: true),
            Trial(height: 19, width: 26, inputs: 32, outputs: 48, frames: 2, slope: 0.2, isDoubling: true),
        ]

    /// The trial's output by the kernels of a level, in blocks of so many tiles.
    private func output(of trial: Trial, tile: WinogradTile, level: KernelLevel, block: Int) throws -> [Float] {
        let weights = WinogradWeights(
            trial.weights, inputs: trial.inputs, outputs: trial.outputs, tile: tile, level: level)
        let tiling = WinogradTiling(
            tile, dilation: trial.dilation, height: trial.outputHeight, width: trial.outputWidth)
        let tiles = trial.frames * tiling.tilesPerMap
        let channels = max(weights.depth, weights.columns)
        let points = GuardedBuffer(count: WinogradPoints.floats(tile: tile, tiles: block, channels: channels))
        let rows = GuardedBuffer(count: WinogradPoints.rowFloats(depth: weights.depth))
        let output = GuardedBuffer(count: trial.outputCount)
        let (maps, bias, zeros) = (trial.maps, trial.bias, [Float](repeating: 0, count: trial.storedInputs))
        let residual = trial.residual
        let resize = BilinearResize(
            height: trial.height, width: trial.width, rows: 0..<2 * trial.height, columns: 0..<2 * trial.width,
            from: (0, 0))

        maps.withUnsafeBufferPointer { maps in
            zeros.withUnsafeBufferPointer { zeros in
                bias.withUnsafeBufferPointer { bias in
                    (residual ?? []).withUnsafeBufferPointer { added in
                        let source = WinogradInput(
                            maps, height: trial.height, width: trial.width, tiling: tiling,
                            resize: trial.isDoubling ? resize : nil, zeros: zeros)
                        let target = WinogradOutput(
                            output.values, tiling: tiling, bias: bias, slope: trial.slope,
                            adding: residual == nil ? nil : added)
                        let block = WinogradPoints(points.values, tile: tile, tiles: block, channels: channels)
                        for first in stride(from: 0, to: tiles, by: block.tiles) {
                            let range = first..<min(first + block.tiles, tiles)
                            level.transform(source, tiles: range, to: block)
                            level.multiply(
                                block, by: weights, range: 0..<tile.points, tiles: range.count, rows: rows.values)
                            level.transform(block, to: target, tiles: range)
                        }
                    }
                }
            }
        }
        try #require(points.isIntact && rows.isIntact && output.isIntact)
        return output.array
    }

    /// Values of the trial's output, by their places, before what follows the sums.
    private func sums(of trial: Trial, at places: [Int]) -> [Double] {
        let (maps, weights) = (trial.maps, trial.weights)
        let (height, width) = (trial.outputHeight, trial.outputWidth)
        return places.map { place in
            let (pixel, output) = place.quotientAndRemainder(dividingBy: trial.storedOutputs)
            guard output < trial.outputs else { return 0 }
            let (frame, position) = pixel.quotientAndRemainder(dividingBy: height * width)
            let size = trial.height * trial.width * trial.storedInputs
            let map = Array(maps[frame * size..<(frame + 1) * size])
            var sum = 0.0
            for tap in 0..<9 {
                let y = position / width + (tap / 3 - 1) * trial.dilation
                let x = position % width + (tap % 3 - 1) * trial.dilation
                guard y >= 0, y < height, x >= 0, x < width else { continue }
                for channel in 0..<trial.inputs {
                    let value =
                        trial.isDoubling
                        ? doubled(
                            map, height: trial.height, width: trial.width, channels: trial.storedInputs, y: y, x: x,
                            channel: channel) : Double(map[(y * width + x) * trial.storedInputs + channel])
                    sum += value * Double(weights[(output * trial.inputs + channel) * 9 + tap])
                }
            }
            return sum
        }
    }

    @Test("every level is the convolution, to a stated error", arguments: trials, [WinogradTile.four, .six])
    func levels(trial: Trial, tile: WinogradTile) throws {
        let count = trial.outputCount
        // All of a small output, and a few thousand values of a large one.
        let places = Array(stride(from: 0, to: count, by: max(1, count / 4001)))
        let sums = sums(of: trial, at: places)
        let rms = (sums.reduce(0) { $0 + $1 * $1 } / Double(sums.count)).squareRoot()
        let (bias, residual) = (trial.bias, trial.residual)
        let (rmsBound, maximumBound) = tile == .six ? (1e-5, 1.5e-4) : (3e-6, 3e-5)
        for level in KernelLevel.available {
            for block in [100, 7] {
                let output = try output(of: trial, tile: tile, level: level, block: block)
                try #require(output.allSatisfy { $0.isFinite }, "\(level): every value is written")
                var square = 0.0
                var greatest = 0.0
                for (place, sum) in zip(places, sums) {
                    let biased = sum + Double(bias[place % trial.storedOutputs])
                    let want = (biased > 0 ? biased : Double(trial.slope) * biased) + Double(residual?[place] ?? 0)
                    let error = abs(Double(output[place]) - want)
                    square += error * error
                    greatest = max(greatest, error)
                }
                let error = (square / Double(places.count)).squareRoot() / rms
                #expect(error <= rmsBound, "\(level), blocks of \(block): rms of the error")
                #expect(greatest / rms <= maximumBound, "\(level), blocks of \(block): greatest error")
            }
        }
    }
}
