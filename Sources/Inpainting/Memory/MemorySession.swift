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
        let step = network.configuration.sideStep
        precondition(
            width > 0 && height > 0 && width.isMultiple(of: step.width) && height.isMultiple(of: step.height),
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
        precondition(picture.count == width * height * 3 && hole.count == width * height, "pictures have one size")
        if resetsOnSceneCut, detector.isCut(before: picture, hole: hole, width: width, height: height) {
            ring.reset()
            sceneCuts += 1
        }
        let bounds = MapBox(boundsOf: hole, width: width, height: height)
        guard ring.wants(hasHole: bounds != nil) else {
            ring.advance(keeping: nil, hasHole: false)
            return nil
        }
        let (memory, map) = network.advance(
            encode(picture, hole: hole), past: ring.seen(within: limit), wantsMap: bounds != nil)
        ring.advance(keeping: memory, hasHole: bounds != nil)
        guard let map, let bounds else { return nil }
        let box = bounds.expanded(by: Self.margin, in: MapBox(height: height, width: width))
        return Self.laying(network.decode(map, box: box), at: box, over: picture, width: width)
    }

    /// Forgets every frame.
    public func reset() {
        ring.reset()
        detector.reset()
    }

    /// Pixels round the hole's box that are the network's too: whoever scales the fill mixes the hole's outermost pixels
    /// with them, and under the picture's there may still be what is to go.
    private static let margin = 4

    private func encode(_ picture: UnsafeRawBufferPointer, hole: [UInt8]) -> STTN.EncodedFrame {
        let memory = network.workspace.memory
        let visible = Tensor.picture(
            rgb: picture.bindMemory(to: UInt8.self), hole: hole, width: width, height: height, from: memory)
        return network.encode(visible, mask: Tensor.mask(hole: hole, width: width, height: height, from: memory))
    }

    /// The picture with a box of decoded values in it.
    private static func laying(
        _ values: Tensor, at box: MapBox, over picture: UnsafeRawBufferPointer, width: Int
    ) -> [UInt8] {
        var bytes = Array(picture)
        bytes.withUnsafeMutableBufferPointer { bytes in
            for row in 0..<box.height {
                let place = ((box.rows.lowerBound + row) * width + box.columns.lowerBound) * 3
                values.cutRow(row, into: UnsafeMutableBufferPointer(rebasing: bytes[place..<place + box.width * 3]))
            }
        }
        return bytes
    }
}

extension MapBox {
    /// The smallest box round a hole; nil where there is none.
    init?(boundsOf hole: [UInt8], width: Int, height: Int) {
        let bounds: MapBox? = hole.withUnsafeBufferPointer { hole in
            var columns = width..<0 + width
            var rows: Range<Int>?
            for y in 0..<height {
                let row = hole[y * width..<(y + 1) * width]
                guard let first = row.firstIndex(where: { $0 != 0 }),
                    let last = row.lastIndex(where: { $0 != 0 })
                else { continue }
                let (left, right) = (first - y * width, last - y * width + 1)
                columns =
                    rows == nil
                    ? left..<right : min(columns.lowerBound, left)..<max(columns.upperBound, right)
                rows = (rows?.lowerBound ?? y)..<y + 1
            }
            return rows.map { MapBox(rows: $0, columns: columns) }
        }
        guard let bounds else { return nil }
        self = bounds
    }
}
