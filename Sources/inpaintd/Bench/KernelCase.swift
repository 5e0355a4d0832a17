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

    /// The published network's layers at 432×240, one of each kind.
    static let all: [KernelCase] = [
        .product("product 180x256x256, a point of Winograd", rows: 180, depth: 256, columns: 256),
        .product("product 180x256x256, a point of Winograd", rows: 180, depth: 256, columns: 256, .bf16),
        .convolution("3x3 256 to 256 at 108x60", .init(inputs: 256, outputs: 256), width: 108, height: 60),
        .convolution(
            "3x3 256 to 256 at 108x60, dilation 2", .init(inputs: 256, outputs: 256, dilation: 2), width: 108,
            height: 60),
        .projection("1x1 256 to 768 at 108x60, q/k/v", .fp32),
        .projection("1x1 256 to 768 at 108x60, q/k/v", .bf16),
        .convolution(
            "3x3 3 to 64 at 432x240, stride 2", .init(inputs: 3, outputs: 64, stride: 2), width: 432, height: 240),
        .convolution(
            "3x3 64 to 128 at 216x120, stride 2", .init(inputs: 64, outputs: 128, stride: 2), width: 216, height: 120),
        .convolution("3x3 128 to 64 at 216x120", .init(inputs: 128, outputs: 64), width: 216, height: 120),
        .convolution("3x3 64 to 3 at 432x240, the head", .init(inputs: 64, outputs: 3), width: 432, height: 240),
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
        _ name: String, _ geometry: Convolution.Geometry, width: Int, height: Int
    ) -> KernelCase {
        let places = (width / geometry.stride) * (height / geometry.stride)
        return KernelCase(name: name, multiplyAdds: places * geometry.weightCount) { workspace in
            let layer = Convolution(
                geometry, weights: values(geometry.weightCount), bias: values(geometry.outputs),
                activation: .leaky(slope: 0.2))
            let input = map(channels: geometry.inputs, width: width, height: height)
            return { _ = layer(input, on: workspace) }
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
