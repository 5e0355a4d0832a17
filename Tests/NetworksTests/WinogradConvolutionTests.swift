import Kernels
import Networks
import TestFormula
import Testing

/// How a Winograd convolution is divided among workers, which no value may show. That it is the convolution is tested
/// with its kernels.
@Suite struct WinogradConvolutionTests {
    private func series(_ name: String, _ shape: [Int]) -> Tensor {
        Tensor(shape: shape, values: TestFormula.series(name, count: shape.reduce(1, *)))
    }

    private func convolution(_ geometry: Convolution.Geometry, _ tile: WinogradTile) -> Convolution {
        Convolution(
            geometry, weights: TestFormula.series("weights", count: geometry.weightCount),
            bias: TestFormula.series("bias", count: geometry.outputs), activation: .leaky(slope: 0.2), tile: tile)
    }

    /// Few tiles of many weights go through the steps together, many of few weights in blocks.
    static let geometries = [
        Convolution.Geometry(inputs: 16, outputs: 32), Convolution.Geometry(inputs: 80, outputs: 64, dilation: 2),
        Convolution.Geometry(inputs: 256, outputs: 128),
    ]

    @Test(
        "threads and other frames of the tensor change no value", arguments: geometries, [WinogradTile.four, .six])
    func division(geometry: Convolution.Geometry, tile: WinogradTile) throws {
        let shape = [3, 37, 53]
        let convolution = convolution(geometry, tile)
        let maps = series("maps", shape + [geometry.inputs])
        let residual = series("residual", shape + [geometry.outputs])
        let one = Workspace(threads: 1)
        let together = convolution(maps, adding: residual, on: one)
        for threads in [2, 3, 16] {
            let shared = convolution(maps, adding: residual, on: Workspace(threads: threads))
            #expect(shared.array == together.array, "\(threads) threads")
        }
        for frame in 0..<shape[0] {
            let alone = convolution(maps.part(frame), adding: residual.part(frame), on: one)
            try #require(alone.array == Array(together[frame]), "frame \(frame)")
        }
    }

    @Test("a doubled map is convolved on the way as it is in two steps, whole and in part", arguments: [1, 2])
    func doubling(dilation: Int) throws {
        let (height, width) = (13, 22)
        let geometry = Convolution.Geometry(inputs: 32, outputs: 48, dilation: dilation)
        let maps = series("maps", [2, height, width, geometry.inputs])
        let whole = MapBox(height: 2 * height, width: 2 * width)
        for level in KernelLevel.available {
            let workspace = Workspace(threads: 2, level: level)
            for output in [whole, MapBox(rows: 3..<19, columns: 11..<44), MapBox(rows: 25..<26, columns: 0..<1)] {
                let source = Upsample.source(of: output, height: height, width: width)
                let input = source.expanded(by: 1, in: MapBox(height: height, width: width))
                let upsample = Upsample(whole: (height, width), input: input, output: output)
                let part = maps.cropped(to: input)
                for tile in [WinogradTile.four, .six] {
                    let convolution = convolution(geometry, tile)
                    let fused = convolution(part, upsampling: upsample, on: workspace)
                    let inSteps = convolution(upsample(part, on: workspace), on: workspace)
                    try #require(fused.shape == inSteps.shape)
                    let difference = zip(fused.array, inSteps.array).map { abs($0 - $1) }.max() ?? 0
                    #expect(difference < 2e-4, "\(level), F\(tile.rawValue), \(output)")
                }
            }
        }
    }

    @Test("once warm, a convolution takes all its memory from the pool")
    func steadyState() {
        let workspace = Workspace(threads: 2)
        let convolutions = Self.geometries.map { convolution($0, .six) }
        func pass() {
            for convolution in convolutions {
                let geometry = convolution.geometry
                _ = convolution(series("maps", [1, 24, 36, geometry.inputs]), on: workspace)
            }
        }
        pass()
        let before = workspace.memory.allocations
        for _ in 0..<3 { pass() }
        #expect(workspace.memory.allocations == before)
    }
}
