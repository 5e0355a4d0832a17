internal import Networks

/// Fills a stream of pictures of one size as they come, each from what was seen before: one in, one out.
///
/// Only the newest frame goes through the network. Each block keeps the keys and values that it made of earlier frames
/// when these were new, and the newest frame attends to those and to its own. Memory is bounded by the sampling.
/// Used from one thread at a time.
///
/// Deviates: in the reference every frame of a window is computed anew from all others, later ones too; here a past
/// frame stays what it was in its own time.
public final class MemorySession {
    private let network: STTN
    private let width: Int
    private let height: Int
    private let resetsOnSceneCut: Bool
    private var ring: MemoryRing<FrameMemory>
    private var detector = SceneCutDetector()

    /// Resets so far because the scene changed.
    public private(set) var sceneCuts = 0

    /// - Parameters:
    ///   - width: the pictures' width, a multiple of the network's side step, as is `height`.
    ///   - resetsOnSceneCut: whether what was seen before a cut is forgotten.
    public init(
        network: STTN, width: Int, height: Int, sampling: Sampling = Sampling(), resetsOnSceneCut: Bool = true
    ) {
        precondition(
            network.configuration.takes(width: width, height: height),
            "the network's pictures have sides that its grids divide")
        self.network = network
        self.width = width
        self.height = height
        self.resetsOnSceneCut = resetsOnSceneCut
        ring = MemoryRing(sampling)
    }

    /// Frames that the next frame's pass sees, itself included.
    public var attended: Int { ring.seen().count + 1 }

    /// Units: bytes of keys and values that are kept.
    public var heldBytes: Int { ring.all.reduce(0) { $0 + $1.bytes } }

    /// Fills the hole of the next picture.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, 1 = hole. The result is the picture as it
    /// came, but for the box round its hole and a margin, which are the network's; nil where there is no hole.
    /// Ownership: picture and hole are looked at during the call only.
    ///
    /// - Parameter limit: fewer past frames than the sampling says, for a cheaper pass.
    public func fill(
        picture: UnsafeRawBufferPointer, hole: [UInt8], attending limit: Reach? = nil
    ) -> [UInt8]? {
        watch(picture: picture, hole: hole)
        let box = MapBox(filling: hole, width: width, height: height)
        guard ring.wants(hasHole: box != nil) else {
            ring.advance(keeping: nil, hasHole: false)
            return nil
        }
        let crop = box.map { DecoderCrop(of: $0, height: height, width: width) }
        let (memory, map) = network.advance(
            encode(picture, hole: hole), past: ring.seen(within: limit), decoding: crop)
        ring.advance(keeping: memory, hasHole: box != nil)
        guard let map, let crop else { return nil }
        var fill = BlendedPicture(box: crop.box)
        fill.add(network.decode(map, crop))
        var bytes = Array(picture)
        fill.lay(over: &bytes, width: width)
        return bytes
    }

    /// Only looks whether the scene has changed, and forgets every frame if so: for a picture that gets no fill.
    ///
    /// Shapes: as in `fill`.
    public func watch(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        precondition(picture.count == width * height * 3 && hole.count == width * height, "pictures have one size")
        guard resetsOnSceneCut, detector.isCut(before: picture, hole: hole, width: width, height: height) else {
            return
        }
        ring.reset()
        sceneCuts += 1
    }

    /// Forgets every frame.
    public func reset() {
        ring.reset()
        detector.reset()
    }

    private func encode(_ picture: UnsafeRawBufferPointer, hole: [UInt8]) -> STTN.EncodedFrame {
        let memory = network.workspace.memory
        let visible = Tensor.picture(
            rgb: picture.bindMemory(to: UInt8.self), hole: hole, width: width, height: height, from: memory)
        return network.encode(visible, mask: Tensor.mask(hole: hole, width: width, height: height, from: memory))
    }
}
