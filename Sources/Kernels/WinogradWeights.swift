internal import CKernels

/// A 3×3 convolution's weights as Winograd's products read them: a packed matrix a point.
public final class WinogradWeights: @unchecked Sendable {  // Sendable because nothing writes `base` after init.
    public let tile: WinogradTile
    /// Stored inputs, a multiple of 16.
    public let depth: Int
    /// Stored outputs, a multiple of 16.
    public let columns: Int
    /// Floats of all points.
    public let floats: Int
    let base: UnsafeMutablePointer<Float>

    /// Transforms and packs weights.
    ///
    /// Shapes: weights [outputs, inputs, 3, 3].
    public init(
        _ weights: [Float], inputs: Int, outputs: Int, tile: WinogradTile, level: KernelLevel = .best
    ) {
        precondition(weights.count == outputs * inputs * 9, "a 3×3 convolution has nine weights a channel")
        self.tile = tile
        depth = PackedMatrix.roundedUp(inputs)
        columns = PackedMatrix.roundedUp(outputs)
        floats = tile.points * inpaintd_packed_count(depth, columns)
        base = PackedMatrix.allocate(floats * MemoryLayout<Float>.stride).bindMemory(to: Float.self, capacity: floats)
        weights.withUnsafeBufferPointer { weights in
            guard let source = weights.baseAddress else { return }
            let panels = (columns + Int(inpaintd_panel_columns) - 1) / Int(inpaintd_panel_columns)
            var native = inpaintd_winograd_weights(
                tile_outputs: tile.rawValue, weights: source, outputs: outputs, inputs: inputs, depth: depth,
                packed: base)
            level.kernels.winograd_pack(&native, 0, panels)
        }
    }

    deinit { base.deallocate() }
}
