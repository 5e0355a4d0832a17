internal import Kernels
internal import Networks

/// One transformer block: attention over the patches of several frames, then a feed-forward that looks around each
/// place, each added to what came in.
///
/// Shapes: [T, H, W, C] → [T, H, W, C].
/// Source: the paper's section 3.2. Deviates: the published code pads and dilates the first feed-forward convolution
/// by 2, which the paper does not mention.
struct STTNBlock {
    private let embeddings: PointwiseProduct
    private let attention: PatchAttention
    private let output: Convolution
    private let wide: Convolution
    private let narrow: Convolution

    init(_ layers: STTNLayers, block: Int, channels: Int, grids: [PatchGrid], precision: Precision) {
        let names = STTNConfiguration.blockNames(block)
        embeddings = layers.embeddings(ofBlock: block)
        attention = PatchAttention(grids: grids, channels: channels, precision: precision)
        output = layers[names.output]
        wide = layers[names.wide]
        narrow = layers[names.narrow]
    }

    /// Queries, keys and values of all frames.
    ///
    /// Shapes: the result is [T, H, W, 3C], the three side by side.
    func project(_ maps: Tensor, on workspace: Workspace) -> Tensor {
        embeddings(maps, on: workspace)
    }

    /// What later frames attend to of one frame.
    ///
    /// - Parameter hidden: for each head, the frame's patches that no query may see; nil hides none.
    func remember(_ projected: Tensor, hidden: [[UInt8]]?, on workspace: Workspace) -> PatchMemory {
        attention.remember(projected, hidden: hidden, on: workspace)
    }

    /// The block's maps of some frames.
    ///
    /// - Parameters:
    ///   - projected: what `project` makes of `maps`.
    ///   - memories: the frames that all of these attend to, themselves among them.
    func callAsFunction(
        _ maps: Tensor, projected: Tensor, attendingTo memories: [PatchMemory], on workspace: Workspace
    ) -> Tensor {
        feedForward(attend(projected, to: memories, shape: maps.shape, on: workspace), adding: maps, on: workspace)
    }

    /// A part of the block's map of one frame, that holds at least `box` and is right there.
    func part(
        _ box: MapBox, of map: Tensor, projected: Tensor, attendingTo memories: [PatchMemory],
        on workspace: Workspace
    ) -> MapPart {
        let area = box.expanded(by: Self.reach, in: MapBox(height: map.shape[1], width: map.shape[2]))
        let found = attention(projected, attendingTo: memories, on: workspace)
        return MapPart(
            map: feedForward(
                found.cropped(to: area, from: workspace.memory),
                adding: map.cropped(to: area, from: workspace.memory), on: workspace),
            box: area)
    }

    /// Places on every side that the convolutions see together.
    private static let reach = 1 + 2 + 1

    private func feedForward(_ found: Tensor, adding maps: Tensor, on workspace: Workspace) -> Tensor {
        let attended = output(found, adding: maps, on: workspace)
        return narrow(wide(attended, on: workspace), adding: attended, on: workspace)
    }

    private func attend(
        _ projected: Tensor, to memories: [PatchMemory], shape: [Int], on workspace: Workspace
    ) -> Tensor {
        guard shape[0] > 1 else { return attention(projected, attendingTo: memories, on: workspace) }
        let found = Tensor(uninitialized: shape, from: workspace.memory)
        for frame in 0..<shape[0] {
            found.setPart(frame, to: attention(projected.part(frame), attendingTo: memories, on: workspace))
        }
        return found
    }
}
