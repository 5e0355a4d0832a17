import Inpainting

/// A stream through the naive network: every frame seen so far is kept, and the newest looks at those of its window.
struct NaiveStream {
    let network: NaiveNetwork
    let sampling: MemorySession.Sampling
    /// By frame, then by block.
    private var seen: [[NaiveNetwork.Seen]] = []

    init(_ network: NaiveNetwork, _ sampling: MemorySession.Sampling) {
        self.network = network
        self.sampling = sampling
    }

    /// The newest frame's map after each block.
    mutating func advance(_ picture: [UInt8], hole: [UInt8]) -> [NaiveNetwork.Map] {
        let index = seen.count
        let near = (0..<index).filter { $0 >= index - sampling.neighbors }
        let far = (0..<index).filter { $0 < index - sampling.neighbors && $0 % sampling.referenceStride == 0 }
        let window = far.suffix(sampling.references) + near
        var (map, mask) = network.encode(picture, hole: hole, width: Clip.width, height: Clip.height)
        var maps: [NaiveNetwork.Map] = []
        var own: [NaiveNetwork.Seen] = []
        for block in 0..<network.configuration.blocks {
            let result = network.block(block, map, mask: mask, past: window.map { seen[$0][block] })
            map = result.map
            mask = result.seen.mask
            maps.append(map)
            own.append(result.seen)
        }
        seen.append(own)
        return maps
    }
}
