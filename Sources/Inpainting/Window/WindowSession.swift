internal import Networks

/// Fills a stream of pictures of one size, looking at frames on both sides of each: send / receive / drain / flush.
///
/// Memory is bounded by the window: of a frame that can no longer be seen by any pass nothing is kept. The encoder runs
/// at most once a frame, and neither it nor anything else runs while no frame in reach has a hole. Used from one thread.
public final class WindowSession {
    /// A frame that is still to be given out, or that a later pass may see.
    private struct HeldFrame {
        /// Packed RGB.
        let picture: [UInt8]
        let hole: [UInt8]
        /// What the passes predict of the picture; nil where it has no hole.
        var blend: BlendedPicture?
        var encoded: STTN.EncodedFrame?
    }

    private let network: STTN
    private let width: Int
    private let height: Int
    private let sampling: WindowSampling

    /// By their index in the clip, which a drain ends.
    private var held: [Int: HeldFrame] = [:]
    /// Frames of the clip that have come.
    private var count = 0
    /// The centre of the pass that comes next.
    private var nextCentre = 0
    /// The frame that leaves next.
    private var nextOut = 0
    private var clipHasEnded = false
    /// Frames of the clips before this one, since the start or the last flush.
    private var earlier = 0
    private var ready: [Fill] = []

    /// - Parameters:
    ///   - width: the pictures' width, a multiple of the network's side step, as is `height`.
    public init(network: STTN, width: Int, height: Int, sampling: WindowSampling) {
        precondition(
            network.configuration.takes(width: width, height: height),
            "the network's pictures have sides that its grids divide")
        self.network = network
        self.width = width
        self.height = height
        self.sampling = sampling
    }

    /// Frames held back before the first comes out.
    public var delay: Int { sampling.lookahead }

    /// The latency in frames: those that are waited for, and those that arrive while one pass does the work of a step.
    public var latencyFrames: Int { sampling.lookahead + sampling.step }

    /// Frames of which anything is kept.
    package var heldFrames: Int { held.count }

    /// Takes the next picture and its hole, and runs what passes have become due.
    ///
    /// Shapes: picture packed RGB, width × height × 3; hole width × height, 1 = hole.
    /// Ownership: both are copied.
    public func send(picture: UnsafeRawBufferPointer, hole: [UInt8]) {
        precondition(picture.count == width * height * 3 && hole.count == width * height, "pictures have one size")
        if clipHasEnded { startClip() }
        held[count] = HeldFrame(
            picture: Array(picture), hole: hole,
            blend: MapBox(filling: hole, width: width, height: height).map(BlendedPicture.init))
        count += 1
        while sampling.dueFrame(ofPassAt: nextCentre) < count { runPass() }
        giveOut(below: count - sampling.lookahead)
        forget()
    }

    /// The next finished frame, in the order sent; nil until more is sent.
    public func receive() -> Fill? {
        ready.isEmpty ? nil : ready.removeFirst()
    }

    /// Ends the clip: every frame still held is finished, with what there is of its window. What is sent after this
    /// starts a new one.
    public func drain() {
        while nextCentre < count { runPass() }
        giveOut(below: count)
        held.removeAll()
        clipHasEnded = true
    }

    /// Forgets every frame, and counts from 0 again.
    public func flush() {
        startClip()
        earlier = 0
        ready.removeAll()
    }

    private func startClip() {
        held.removeAll()
        earlier += count
        count = 0
        nextCentre = 0
        nextOut = 0
        clipHasEnded = false
    }

    private func runPass() {
        let pass = sampling.pass(at: nextCentre, count: count)
        nextCentre += sampling.step
        let seen = Array(pass.neighbors) + pass.references
        let crops = seen.map { index -> DecoderCrop? in
            // References are no neighbours, and what has left is filled already.
            guard pass.neighbors.contains(index), index >= nextOut, let box = held[index]?.blend?.box
            else { return nil }
            return DecoderCrop(of: box, height: height, width: width)
        }
        guard crops.contains(where: { $0 != nil }) else { return }
        let maps = network.transform(seen.map(encoded), decoding: crops)
        for (index, (map, crop)) in zip(seen, zip(maps, crops)) {
            if let map, let crop { held[index]?.blend?.add(network.decode(map, crop)) }
        }
    }

    private func encoded(_ index: Int) -> STTN.EncodedFrame {
        guard var frame = held[index] else { preconditionFailure("a frame that a pass can see is kept") }
        if let encoded = frame.encoded { return encoded }
        let memory = network.workspace.memory
        let picture = frame.picture.withUnsafeBufferPointer {
            Tensor.picture(rgb: $0, hole: frame.hole, width: width, height: height, from: memory)
        }
        let mask = Tensor.mask(hole: frame.hole, width: width, height: height, from: memory)
        let encoded = network.encode(picture, mask: mask)
        frame.encoded = encoded
        held[index] = frame
        return encoded
    }

    private func giveOut(below end: Int) {
        while nextOut < end {
            ready.append(Fill(index: earlier + nextOut, picture: fill(nextOut)))
            nextOut += 1
        }
    }

    /// The finished picture of a frame that has a hole.
    private func fill(_ index: Int) -> [UInt8]? {
        guard let frame = held[index], let blend = frame.blend else { return nil }
        var picture = frame.picture
        blend.lay(over: &picture, width: width)
        return picture
    }

    private func forget() {
        held = held.filter { $0.key >= nextOut || sampling.keeps($0.key, forPassAt: nextCentre) }
    }
}
