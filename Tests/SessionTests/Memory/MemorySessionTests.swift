import Foundation
import Inpainting
import Networks
import TestFormula
import Testing

extension MemorySession {
    /// Fills frame `index` of a clip.
    func fill(_ clip: Clip, _ index: Int, attending limit: Reach? = nil) -> [UInt8]? {
        clip.pictures[index].withUnsafeBytes { fill(picture: $0, hole: clip.holes[index], attending: limit) }
    }

    convenience init(_ network: STTN, _ sampling: Sampling, resetsOnSceneCut: Bool = false) {
        self.init(
            network: network, width: Clip.width, height: Clip.height, sampling: sampling,
            resetsOnSceneCut: resetsOnSceneCut)
    }
}

/// The session against the recompute by definition.
@Suite struct MemoryRecomputeTests {
    /// Three heads, channels that are no whole vector, and patches that hide.
    static let configuration = STTNConfiguration(
        encoderWidths: [6, 5, 8, 12], blocks: 3, decoderWidths: [10, 6, 4],
        grids: [.init(columns: 1, rows: 1), .init(columns: 2, rows: 2), .init(columns: 4, rows: 2)],
        masksAttention: true)
    static let samplings = [
        MemorySession.Sampling(),
        .init(neighbors: 2, references: 2, referenceStride: 3),
        .init(neighbors: 0, references: 3, referenceStride: 2),
        .init(neighbors: 3, references: 0, referenceStride: 1),
    ]

    @Test(
        "over 30 frames, every block's map is a recompute's in which past frames stay what they were",
        arguments: samplings)
    func blocks(sampling: MemorySession.Sampling) throws {
        let whole = Self.configuration
        let clip = Clip(30)
        let weights = Clip.weights(whole)
        var stream = NaiveStream(NaiveNetwork(configuration: whole, weights: weights), sampling)
        let crop = DecoderCrop(height: Clip.height, width: Clip.width)
        let expected = clip.pictures.indices.map { stream.advance(clip.pictures[$0], hole: clip.holes[$0]) }

        // A network of the first blocks alone ends with the map of the last of them.
        for blocks in 1...whole.blocks {
            let configuration = STTNConfiguration(
                encoderWidths: whole.encoderWidths, blocks: blocks, decoderWidths: whole.decoderWidths,
                grids: whole.grids, masksAttention: true)
            let network = try STTN(weights: weights, configuration: configuration, threads: 2)
            var ring = MemoryRing<FrameMemory>(sampling)
            for index in clip.pictures.indices {
                let encoded = network.encode(
                    Tensor.pictures(planes: clip.frames([index]), hiding: clip.masks([index])),
                    mask: clip.masks([index]))
                let (memory, map) = network.advance(encoded, past: ring.seen(), decoding: crop)
                ring.advance(keeping: memory, hasHole: true)
                let planar = try #require(map?.map.planar(channels: whole.channels))
                let want = expected[index][blocks - 1].values
                try #require(planar.count == want.count)
                for (place, value) in planar.array.enumerated() {
                    try #require(
                        abs(Double(value) - want[place]) <= 1e-4 + 1e-4 * abs(want[place]),
                        "frame \(index), block \(blocks), [\(place)]: \(value), want \(want[place])")
                }
            }
        }
    }

    @Test("over 60 frames, in which the ring wraps again and again, fills are the recompute's", arguments: samplings)
    func fills(sampling: MemorySession.Sampling) throws {
        let clip = Clip(60)
        let naive = NaiveNetwork(configuration: Self.configuration, weights: Clip.weights(Self.configuration))
        var stream = NaiveStream(naive, sampling)
        let session = MemorySession(try Clip.network(Self.configuration, threads: 2), sampling)
        for index in clip.pictures.indices {
            let attended = session.attended
            #expect(attended <= sampling.neighbors + sampling.references + 1)
            if index == 59 { #expect(attended == sampling.neighbors + sampling.references + 1) }
            let fill = try #require(session.fill(clip, index))
            let maps = stream.advance(clip.pictures[index], hole: clip.holes[index])
            let picture = naive.decode(try #require(maps.last))
            for (place, byte) in fill.enumerated() where clip.holes[index][place / 3] != 0 {
                let (y, x) = (place / 3).quotientAndRemainder(dividingBy: Clip.width)
                let level = (picture[place % 3, y, x] + 1) / 2 * 255
                // One that is next to a whole level may be cut to either side.
                try #require(abs(Double(byte) + 0.5 - level) <= 0.51, "frame \(index), [\(y), \(x)]")
            }
        }
    }
}

@Suite struct MemorySessionTests {
    private let sampling = MemorySession.Sampling(neighbors: 2, references: 2, referenceStride: 3)

    @Test("outside the hole's box and its margin the fill is the picture as it came")
    func outside() throws {
        var clip = Clip(1)
        clip.holes[0] = clip.holes[0].indices.map { $0 == 8 * Clip.width + 7 ? 1 : 0 }
        let session = MemorySession(try Clip.network(), sampling)
        let fill = try #require(session.fill(clip, 0))
        let changed = fill.indices.filter { fill[$0] != clip.pictures[0][$0] }.map { $0 / 3 }
        #expect(changed.contains(8 * Clip.width + 7))
        #expect(
            changed.allSatisfy { pixel in
                abs(pixel / Clip.width - 8) <= 4 && abs(pixel % Clip.width - 7) <= 4
            })
    }

    @Test("a frame without a hole has no fill, and costs a pass only where it may be of use")
    func withoutHoles() throws {
        let network = try Clip.network()
        let clip = Clip(30) { (14...15).contains($0) }
        let session = MemorySession(network, sampling)
        for index in clip.pictures.indices {
            #expect((session.fill(clip, index) != nil) == (14...15).contains(index))
        }
        // References 0, 3, …, 27, the two with a hole, one of which is a reference, and the two after.
        #expect(network.work.transformed == 10 + 1 + 2)
        #expect(network.work.encoded == network.work.transformed)
        #expect(network.work.decoded == 2)
    }

    @Test("a pass within no reach sees its own frame only")
    func reach() throws {
        let network = try Clip.network()
        let clip = Clip(12)
        let session = MemorySession(network, sampling)
        let full = MemorySession(network, sampling)
        var isOther = false
        for index in clip.pictures.indices {
            let fill = try #require(session.fill(clip, index, attending: .init(neighbors: 0, references: 0)))
            let alone = Clip.levels(network.forward(frames: clip.frames([index]), masks: clip.masks([index])).array)
            for (place, byte) in fill.enumerated() where clip.holes[index][place / 3] != 0 {
                #expect(abs(Float(byte) - alone[place]) <= 1)
            }
            isOther = isOther || full.fill(clip, index) != fill
        }
        #expect(isOther)
    }

    @Test("after a reset nothing of the past is left")
    func reset() throws {
        let network = try Clip.network()
        let clip = Clip(12)
        let session = MemorySession(network, sampling)
        for index in clip.pictures.indices { _ = session.fill(clip, index) }
        #expect(session.heldBytes > 0)
        session.reset()
        #expect(session.heldBytes == 0 && session.attended == 1)
        let fresh = MemorySession(network, sampling)
        for index in clip.pictures.indices { #expect(session.fill(clip, index) == fresh.fill(clip, index)) }
    }

    @Test("a cut to another scene forgets the one before, where that is asked for")
    func sceneCut() throws {
        let network = try Clip.network()
        var clip = Clip(12) { $0 >= 6 }
        for index in clip.pictures.indices {
            clip.pictures[index] = (0..<3 * Clip.width * Clip.height).map { value in
                let (y, x) = (value / 3).quotientAndRemainder(dividingBy: Clip.width)
                return UInt8(index < 6 ? 10 + 15 * x : 240 - 8 * y)
            }
        }
        let session = MemorySession(network, sampling, resetsOnSceneCut: true)
        let blind = MemorySession(network, sampling)
        let fresh = MemorySession(network, sampling)
        for index in clip.pictures.indices {
            let fill = session.fill(clip, index)
            _ = blind.fill(clip, index)
            if index >= 6 { #expect(fill == fresh.fill(clip, index)) }
        }
        #expect(session.sceneCuts == 1)
        #expect(blind.sceneCuts == 0 && fresh.sceneCuts == 0)
    }

    @Test("a steady session asks the system for no memory, and holds no more than its sampling")
    func steady() throws {
        let network = try Clip.network()
        let clip = Clip(20)
        let session = MemorySession(network, sampling)
        for index in 0..<40 { _ = session.fill(clip, index % clip.count) }
        let (allocations, bytes) = (network.allocations, session.heldBytes)
        for index in 0..<40 {
            _ = session.fill(clip, index % clip.count)
            #expect(session.heldBytes == bytes)
        }
        #expect(network.allocations == allocations)
    }

    @Test("any number of threads makes the same fill")
    func threads() throws {
        let clip = Clip(12)
        let whole = DecoderCrop(height: Clip.height, width: Clip.width)
        let maps = try [1, 2, 3].map { threads in
            let network = try Clip.network(MemoryRecomputeTests.configuration, threads: threads)
            var ring = MemoryRing<FrameMemory>(sampling)
            return try clip.pictures.indices.flatMap { index in
                let pictures = Tensor.pictures(planes: clip.frames([index]), hiding: clip.masks([index]))
                let (memory, map) = network.advance(
                    network.encode(pictures, mask: clip.masks([index])), past: ring.seen(), decoding: whole)
                ring.advance(keeping: memory, hasHole: true)
                return network.decode(try #require(map), whole).array
            }
        }
        for other in maps.dropFirst() {
            #expect(zip(maps[0], other).allSatisfy { abs($0 - $1) <= 1e-4 })
        }
    }
}
