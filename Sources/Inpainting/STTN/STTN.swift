public import Kernels
public import Networks

/// STTN, the Spatial-Temporal Transformer Network: it fills the holes of a frame from what other frames show.
///
/// An encoder makes a map of each frame, transformer blocks let every patch look at the patches of several frames, and a
/// decoder makes a picture of each map. Used from one thread at a time; its own workers share the arithmetic.
///
/// Shapes: T frames of H × W pixels, maps of H/4 × W/4 × C. The sides are multiples of the configuration's `sideStep`.
/// Source: Zeng, Fu, Chao, ECCV 2020 (arXiv 2007.10247).
public final class STTN {
    public let configuration: STTNConfiguration
    let workspace: Workspace
    private let encoder: STTNEncoder
    /// All but the last, of which no more is computed than is decoded.
    private let blocks: [STTNBlock]
    private let lastBlock: STTNBlock
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
    package var allocations: Int { workspace.allocations }

    /// Packs the weights for the kernels; nothing else of them is kept.
    ///
    /// - Parameters:
    ///   - threads: cores to use; 0 is all of them.
    ///   - precision: of queries, keys and values, and so of what is kept of past frames.
    ///   - level: the instruction set to use.
    ///   - expectedPixels: of the pictures to come; their size is free, but packed for another one takes more time or
    ///     memory. nil is those of whole frames.
    ///
    /// Throws: `misshapen`, naming the tensor that is missing or has another shape than `configuration` says.
    public init(
        weights: WeightFile, configuration: STTNConfiguration, threads: Int, precision: Precision = .fp32,
        level: KernelLevel = .best, expectedPixels: Int? = nil
    ) throws(WeightError) {
        let grids = configuration.grids.map { PatchGrid(columns: $0.columns, rows: $0.rows) }
        self.configuration = configuration
        self.grids = grids
        workspace = Workspace(threads: threads, level: level)
        let layers = try STTNLayers(
            weights, configuration, precision: precision, expectedPixels: expectedPixels, on: workspace)
        encoder = STTNEncoder(layers)
        func block(_ index: Int) -> STTNBlock {
            STTNBlock(layers, block: index, channels: configuration.channels, grids: grids, precision: precision)
        }
        blocks = (0..<configuration.blocks - 1).map(block)
        lastBlock = block(configuration.blocks - 1)
        decoder = STTNDecoder(layers)
    }

    /// Fills the holes of a window.
    ///
    /// Shapes: frames [T, 3, H, W] in [−1, 1], masks [T, 1, H, W] with 1 = hole; the result is [T, 3, H, W] in [−1, 1].
    /// Frames are multiplied by 1 − mask inside.
    public func forward(frames: Tensor, masks: Tensor) -> Tensor {
        let pictures = Tensor.pictures(planes: frames, hiding: masks, from: workspace.memory)
        let output = Tensor(uninitialized: frames.shape)
        guard frames.shape[0] > 0 else { return output }
        let crop = DecoderCrop(height: frames.shape[2], width: frames.shape[3])
        let encoded = (0..<frames.shape[0]).map { encode(pictures.part($0), mask: masks.part($0)) }
        for (frame, map) in transform(encoded, decoding: encoded.map { _ in crop }).enumerated() {
            if let map { output.setPart(frame, to: decode(map, crop).planes()) }
        }
        return output
    }

    /// What the transformer needs of one frame; it stays the same however often the frame is attended to.
    package struct EncodedFrame {
        /// The map, [1, H/4, W/4, C].
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
    /// Shapes: picture [1, H, W, 3] with the hole at 0, mask [1, 1, H, W].
    package func encode(_ picture: Tensor, mask: Tensor) -> EncodedFrame {
        let (height, width) = (picture.shape[1], picture.shape[2])
        precondition(
            configuration.takes(width: width, height: height),
            "the network's pictures have sides that its grids divide")
        work.encoded += picture.shape[0]
        let map = encoder(picture, on: workspace)
        guard configuration.masksAttention else { return EncodedFrame(map: map, hidden: nil) }
        let mapMask = mask.nearestQuarter()
        return EncodedFrame(map: map, hidden: grids.map { $0.hiddenTokens(mapMask) })
    }

    /// Runs the transformer blocks over all frames of a window, each of which attends to all of them.
    ///
    /// - Parameter crops: what of each frame is to be decoded, and so of its map is wanted; nil where the frame is only
    ///   there to be attended to.
    package func transform(_ frames: [EncodedFrame], decoding crops: [DecoderCrop?]) -> [MapPart?] {
        precondition(!frames.isEmpty && crops.count == frames.count, "a window has frames")
        work.transformed += frames.count
        var maps = Tensor(
            uninitialized: [frames.count] + frames[0].map.shape.dropFirst(), from: workspace.memory)
        for (index, frame) in frames.enumerated() { maps.setPart(index, to: frame.map) }
        func read(_ block: STTNBlock) -> (projected: Tensor, memories: [PatchMemory]) {
            let projected = block.project(maps, on: workspace)
            let memories = frames.enumerated().map { index, frame in
                block.remember(projected.part(index), hidden: frame.hidden, on: workspace)
            }
            return (projected, memories)
        }
        for block in blocks {
            let (projected, memories) = read(block)
            maps = block(maps, projected: projected, attendingTo: memories, on: workspace)
        }
        let (projected, memories) = read(lastBlock)
        return crops.enumerated().map { index, crop in
            crop.map {
                lastBlock.part(
                    $0.map, of: maps.part(index), projected: projected.part(index), attendingTo: memories,
                    on: workspace)
            }
        }
    }

    /// Runs the transformer blocks over a stream's newest frame, which attends to frames of its past and to itself.
    ///
    /// - Parameters:
    ///   - past: what `advance` made of those frames.
    ///   - crop: what of the frame is to be decoded, and so of its map is wanted; nil where the frame is only to be
    ///     remembered.
    package func advance(
        _ frame: EncodedFrame, past: [FrameMemory], decoding crop: DecoderCrop?
    ) -> (memory: FrameMemory, map: MapPart?) {
        work.transformed += 1
        var map = frame.map
        var memories: [PatchMemory] = []
        /// What one block's queries see: the past and the frame itself.
        func read(_ block: STTNBlock) -> (projected: Tensor, seen: [PatchMemory]) {
            let projected = block.project(map, on: workspace)
            let own = block.remember(projected, hidden: frame.hidden, on: workspace)
            let seen = past.map { $0.blocks[memories.count] } + [own]
            memories.append(own)
            return (projected, seen)
        }
        for block in blocks {
            let (projected, seen) = read(block)
            map = block(map, projected: projected, attendingTo: seen, on: workspace)
        }
        let (projected, seen) = read(lastBlock)
        let part = crop.map {
            lastBlock.part($0.map, of: map, projected: projected, attendingTo: seen, on: workspace)
        }
        return (FrameMemory(blocks: memories), part)
    }

    /// Makes a box of one frame's picture from a part of its map.
    ///
    /// Shapes: the result is [1, crop.box.height, crop.box.width, 3] in [−1, 1].
    package func decode(_ part: MapPart, _ crop: DecoderCrop) -> Tensor {
        work.decoded += 1
        return decoder(part, crop, on: workspace)
    }

}

/// What later frames attend to of one frame: the keys and values of every block.
package struct FrameMemory {
    let blocks: [PatchMemory]

    /// Units: bytes.
    var bytes: Int { blocks.reduce(0) { $0 + $1.bytes } }
}
