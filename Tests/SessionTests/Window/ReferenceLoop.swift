import Inpainting
import Networks

/// The reference's test loop, over a clip that is all there.
///
/// Source: the published code's `test.py`, line by line; only the network it calls is ours.
struct ReferenceLoop {
    let neighborStride: Int
    /// nil leaves references out.
    let referenceLength: Int?

    /// `get_ref_index`
    func references(neighbors: [Int], length: Int) -> [Int] {
        guard let referenceLength else { return [] }
        return stride(from: 0, to: length, by: referenceLength).filter { !neighbors.contains($0) }
    }

    /// `neighbor_ids`
    func neighbors(_ f: Int, length: Int) -> [Int] {
        Array(max(0, f - neighborStride)..<min(length, f + neighborStride + 1))
    }

    /// Whole blended pictures, packed RGB.
    func run(_ clip: Clip, network: STTN) -> [[UInt8]] {
        var composite = [[Float]?](repeating: nil, count: clip.count)
        for f in stride(from: 0, to: clip.count, by: neighborStride) {
            let neighbors = neighbors(f, length: clip.count)
            let seen = neighbors + references(neighbors: neighbors, length: clip.count)
            let output = network.forward(frames: clip.frames(seen), masks: clip.masks(seen))
            for (place, index) in neighbors.enumerated() {
                let image = Clip.levels(output.part(place).array)
                if let earlier = composite[index] {
                    composite[index] = zip(earlier, image).map { $0 * 0.5 + $1 * 0.5 }
                } else {
                    composite[index] = image
                }
            }
        }
        return composite.map { ($0 ?? []).map { UInt8($0) } }
    }
}
