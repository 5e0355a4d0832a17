public import Networks

/// STTN, the Spatial-Temporal Transformer Network: it fills the holes of all frames of a window at once.
///
/// An encoder makes a map of each frame, transformer blocks let every patch look at the patches of all frames, and a
/// decoder makes a picture of each map. Used from one thread at a time; its own workers share the arithmetic.
///
/// Shapes: T frames of H × W pixels, maps of C × H/4 × W/4. The sides are multiples of the configuration's `sideStep`.
/// Source: Zeng, Fu, Chao, ECCV 2020 (arXiv 2007.10247).
public final class STTN {
    public let configuration: STTNConfiguration
    let workspace: Workspace
    private let encoder: STTNEncoder
    private let blocks: [STTNBlock]
    private let decoder: STTNDecoder
    private let grids: [PatchGrid]

    /// Frames that went through each part so far.
    package struct Work: Hashable, Sendable {
        package var encoded = 0
        package var transformed = 0
        package var decoded = 0

        package init() {}
    }
    package private(set) var work = Work()

    /// How often memory for tensors had to be asked of the system so far.
    package var allocations: Int { workspace.memory.allocations }

    /// - Parameter threads: cores to use; 0 is all of them.
    ///
    /// Throws: `misshapen`, naming the tensor that is missing or has another shape than `configuration` says.
    public init(weights: WeightFile, configuration: STTNConfiguration, threads: Int) throws(WeightError) {
        let grids = configuration.grids.map { PatchGrid(columns: $0.columns, rows: $0.rows) }
        self.configuration = configuration
        self.grids = grids
        encoder = try STTNEncoder(weights, configuration)
        var blocks: [STTNBlock] = []
        for block in 0..<configuration.blocks {
            blocks.append(
                try STTNBlock(weights, "transformer.\(block)", channels: configuration.channels, grids: grids))
        }
        self.blocks = blocks
        decoder = try STTNDecoder(weights, configuration)
        workspace = Workspace(threads: threads)
    }

    /// Fills the holes of a window.
    ///
    /// Shapes: frames [T, 3, H, W] in [−1, 1], masks [T, 1, H, W] with 1 = hole; the result is [T, 3, H, W] in [−1, 1].
    /// Frames are multiplied by 1 − mask inside.
    public func forward(frames: Tensor, masks: Tensor) -> Tensor {
        let visible = frames.hiding(masks, from: workspace.memory)
        let encoded = (0..<frames.shape[0]).map { frame in
            encode(visible.part(frame, from: workspace.memory), mask: masks.part(frame, from: workspace.memory))
        }
        let output = Tensor(uninitialized: frames.shape)
        guard !encoded.isEmpty else { return output }
        let maps = transform(encoded)
        for frame in encoded.indices { output.setPart(frame, to: decode(maps, frame: frame)) }
        return output
    }

    /// What the transformer needs of one frame; it stays the same however often the frame is attended to.
    package struct EncodedFrame {
        /// The map, [1, C, H/4, W/4].
        package let map: Tensor
        /// For each head, which of the frame's patches are mostly hole; nil where the network does not ask.
        package let hidden: [[UInt8]]?

        package init(map: Tensor, hidden: [[UInt8]]?) {
            self.map = map
            self.hidden = hidden
        }
    }

    /// Makes the map of one frame.
    ///
    /// Shapes: picture [1, 3, H, W] with the hole at 0, mask [1, 1, H, W].
    package func encode(_ picture: Tensor, mask: Tensor) -> EncodedFrame {
        let (height, width) = (picture.shape[2], picture.shape[3])
        precondition(
            width.isMultiple(of: configuration.sideStep.width) && height.isMultiple(of: configuration.sideStep.height),
            "the network's pictures have sides that its grids divide")
        work.encoded += picture.shape[0]
        let map = encoder(picture, on: workspace)
        guard configuration.masksAttention else { return EncodedFrame(map: map, hidden: nil) }
        let mapMask = mask.nearestQuarter()
        return EncodedFrame(map: map, hidden: grids.map { $0.hiddenTokens(mapMask) })
    }

    /// Runs the transformer blocks over all frames of a window.
    ///
    /// Shapes: the result is [T, C, H/4, W/4], in the frames' order.
    package func transform(_ frames: [EncodedFrame]) -> Tensor {
        precondition(!frames.isEmpty, "a window has frames")
        work.transformed += frames.count
        var maps = Tensor(
            uninitialized: [frames.count] + frames[0].map.shape.dropFirst(), from: workspace.memory)
        for (index, frame) in frames.enumerated() { maps.setPart(index, to: frame.map) }
        let hidden: [[UInt8]]? =
            configuration.masksAttention
            ? grids.indices.map { head in frames.flatMap { $0.hidden?[head] ?? [] } } : nil
        for block in blocks { maps = block(maps, hidden: hidden, on: workspace) }
        return maps
    }

    /// Makes the picture of one of the window's maps, [1, 3, H, W] in [−1, 1].
    package func decode(_ maps: Tensor, frame: Int) -> Tensor {
        work.decoded += 1
        return decoder(maps.part(frame, from: workspace.memory), on: workspace)
    }
}
