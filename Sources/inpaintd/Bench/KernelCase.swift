internal import Kernels
internal import Networks

/// A kernel at a size that it has in the network, ready to be timed.
struct KernelCase: Sendable {
    let name: String
    /// Of the plain operation, whatever the kernel saves of it.
    let multiplyAdds: Int
    /// Of the products.
    var precision = Precision.fp32
    /// Makes what it works on, and gives back the work.
    let prepare: @Sendable (Workspace) -> () -> Void

    /// The published network's layers at 432×240, one of each kind, and the compact one's most frequent.
    static let all: [KernelCase] = [
        .product("product 180x256x256, a point of Winograd", rows: 180, depth: 256, columns: 256),
        .product("product 180x256x256, a point of Winograd", rows: 180, depth: 256, columns: 256, .bf16),
        .convolution("3x3 256 to 256 at 108x60, F6", 256, 256, width: 108, height: 60, tile: .six),
        .convolution("3x3 256 to 256 at 108x60, F4", 256, 256, width: 108, height: 60, tile: .four),
        .convolution(
            "3x3 256 to 256 at 108x60, dilation 2, F6", 256, 256, width: 108, height: 60, dilation: 2, tile: .six),
        .convolution(
            "3x3 256 to 256 at 108x60, dilation 2, F4", 256, 256, width: 108, height: 60, dilation: 2, tile: .four),
        .convolution("3x3 64 to 64 at 108x60, F6", 64, 64, width: 108, height: 60, tile: .six),
        .projection("1x1 256 to 768 at 108x60, q/k/v", .fp32),
        .projection("1x1 256 to 768 at 108x60, q/k/v", .bf16),
        .attention("attention, grid 12x12, 6 frames", grids: [12], .fp32),
        .attention("attention, grid 12x12, 6 frames", grids: [12], .bf16),
        .attention("attention, all four heads, 6 frames", grids: [1, 3, 6, 12], .fp32),
        .attention("attention, all four heads, 6 frames", grids: [1, 3, 6, 12], .bf16),
        .convolution("3x3 3 to 64 at 432x240, stride 2", 3, 64, width: 432, height: 240, stride: 2),
        .convolution("3x3 64 to 128 at 216x120, stride 2", 64, 128, width: 216, height: 120, stride: 2),
        .doubled("doubled, 3x3 256 to 128 at 216x120, F6", 256, 128, width: 216, height: 120),
        .doubled("doubled, 3x3 64 to 64 at 432x240, F6", 64, 64, width: 432, height: 240),
        .convolution("3x3 64 to 3 at 432x240, the head", 64, 3, width: 432, height: 240),
    ]

    private static func product(
        _ name: String, rows: Int, depth: Int, columns: Int, _ precision: Precision = .fp32
    ) -> KernelCase {
        KernelCase(name: name, multiplyAdds: rows * depth * columns, precision: precision) { workspace in
            let right = PackedMatrix(
                columns: values(depth * columns), count: columns, depth: depth, precision: precision)
            let left = Tensor(shape: [rows, depth], values: values(rows * depth))
            let output = Tensor(uninitialized: [rows, columns])
            let rowsPerItem = 24
            let room = right.scratch(rows: rowsPerItem)
            let scratch = Tensor(uninitialized: [workspace.workers.threads, room])
            return {
                guard let a = left.values.baseAddress, let c = output.mutableValues.baseAddress else { return }
                workspace.workers.run((rows + rowsPerItem - 1) / rowsPerItem) { item, worker in
                    let first = item * rowsPerItem
                    let count = min(rowsPerItem, rows - first)
                    workspace.level.multiply(
                        MatrixView(a + first * depth, rows: count, columns: depth), right,
                        into: MutableMatrixView(c + first * columns, rows: count, columns: columns),
                        scratch: scratch.mutablePart(worker))
                }
            }
        }
    }

    private static func convolution(
        _ name: String, _ inputs: Int, _ outputs: Int, width: Int, height: Int, stride: Int = 1, dilation: Int = 1,
        tile: WinogradTile = .six
    ) -> KernelCase {
        let geometry = Convolution.Geometry(inputs: inputs, outputs: outputs, stride: stride, dilation: dilation)
        let places = (width / stride) * (height / stride)
        return KernelCase(name: name, multiplyAdds: places * geometry.weightCount) { workspace in
            let layer = layer(geometry, tile)
            let input = map(channels: inputs, width: width, height: height)
            return { _ = layer(input, on: workspace) }
        }
    }

    /// A convolution of a map whose sides are doubled to `width` and `height`.
    private static func doubled(
        _ name: String, _ inputs: Int, _ outputs: Int, width: Int, height: Int
    ) -> KernelCase {
        let geometry = Convolution.Geometry(inputs: inputs, outputs: outputs)
        return KernelCase(name: name, multiplyAdds: width * height * geometry.weightCount) { workspace in
            let layer = layer(geometry, .six)
            let doubling = Upsample(height: height / 2, width: width / 2)
            let input = map(channels: inputs, width: width / 2, height: height / 2)
            return { _ = layer(input, upsampling: doubling, on: workspace) }
        }
    }

    /// Square grids, each a head of 64 channels, with the queries of one frame and the keys of six.
    private static func attention(_ name: String, grids: [Int], _ precision: Precision) -> KernelCase {
        let (width, height, frames) = (108, 60, 6)
        let channels = 64 * grids.count
        // Scores and what is made of them: each patch with every patch, all values of a patch.
        let patches = grids.reduce(0) { $0 + $1 * $1 }
        let multiplyAdds = 2 * frames * patches * 64 * width * height
        return KernelCase(name: name, multiplyAdds: multiplyAdds, precision: precision) { workspace in
            let attention = PatchAttention(
                grids: grids.map { PatchGrid(columns: $0, rows: $0) }, channels: channels, precision: precision)
            let projected = map(channels: 3 * channels, width: width, height: height)
            let memories = (0..<frames).map { _ in attention.remember(projected, hidden: nil, on: workspace) }
            return { _ = attention(projected, attendingTo: memories, on: workspace) }
        }
    }

    /// Queries, keys and values of a frame, as one product.
    private static func projection(_ name: String, _ precision: Precision) -> KernelCase {
        let channels = 256
        let pixels = 108 * 60
        return KernelCase(name: name, multiplyAdds: 3 * channels * channels * pixels, precision: precision) {
            workspace in
            let part = PointwiseProduct.Part(weights: values(channels * channels), bias: values(channels))
            let layer = PointwiseProduct(inputs: channels, parts: [part, part, part], precision: precision)
            let input = map(channels: channels, width: 108, height: 60)
            return { _ = layer(input, on: workspace) }
        }
    }

    private static func layer(_ geometry: Convolution.Geometry, _ tile: WinogradTile) -> Convolution {
        Convolution(
            geometry, weights: values(geometry.weightCount), bias: values(geometry.outputs),
            activation: .leaky(slope: 0.2), tile: tile)
    }

    /// A map of one frame.
    private static func map(channels: Int, width: Int, height: Int) -> Tensor {
        let shape = [1, height, width, Tensor.storedChannels(channels)]
        return Tensor(shape: shape, values: values(shape.reduce(1, *)))
    }

    /// Numbers of all sizes below one, none so small that it would be slow.
    private static func values(_ count: Int) -> [Float] {
        (0..<count).map { Float(($0 &* 0x9E37_79B9) >> 8 & 0xFFFF) / 65536 - 0.5 }
    }
}
