import Inpainting
import Testing

@Suite struct MemoryRingTests {
    static let samplings = [
        MemorySession.Sampling(),
        .init(neighbors: 2, references: 3, referenceStride: 4),
        .init(neighbors: 0, references: 2, referenceStride: 3),
        .init(neighbors: 3, references: 0, referenceStride: 1),
        .init(neighbors: 7, references: 2, referenceStride: 3),
        .init(neighbors: 0, references: 0, referenceStride: 5),
        .init(neighbors: 1, references: 2, referenceStride: 1),
    ]

    /// What frame `index` sees where every frame is kept, by definition.
    private func window(_ index: Int, _ neighbors: Int, _ references: Int, stride: Int) -> [Int] {
        let near = (0..<index).filter { $0 >= index - neighbors }
        let far = (0..<index).filter { $0 < index - neighbors && $0 % stride == 0 }
        return far.suffix(references) + near
    }

    @Test("a frame sees its neighbours and the newest references before them", arguments: samplings)
    func window(sampling: MemorySession.Sampling) {
        var ring = MemoryRing<Int>(sampling)
        for index in 0..<120 {
            #expect(
                ring.seen()
                    == window(index, sampling.neighbors, sampling.references, stride: sampling.referenceStride))
            for (neighbors, references) in [(0, 0), (1, 9), (2, 1), (9, 0)] {
                #expect(
                    ring.seen(within: .init(neighbors: neighbors, references: references))
                        == window(
                            index, min(neighbors, sampling.neighbors), min(references, sampling.references),
                            stride: sampling.referenceStride))
            }
            ring.advance(keeping: index, hasHole: true)
            // A reference stays where it is while it is a neighbour.
            let most = sampling.neighbors + sampling.references
            #expect(ring.count <= most)
        }
    }

    @Test("a frame without a hole is kept as a reference, or while a hole may be flickering")
    func worth() {
        var ring = MemoryRing<Int>(.init(neighbors: 2, references: 2, referenceStride: 10))
        var kept: [Int] = []
        for index in 0..<40 {
            let hasHole = index == 13
            let wanted = ring.wants(hasHole: hasHole)
            if wanted { kept.append(index) }
            ring.advance(keeping: wanted ? index : nil, hasHole: hasHole)
        }
        #expect(kept == [0, 10, 13, 14, 15, 20, 30])
        #expect(ring.seen() == [20, 30])
    }

    @Test("without references, a frame without a hole is kept only near one")
    func worthWithoutReferences() {
        var ring = MemoryRing<Int>(.init(neighbors: 1, references: 0, referenceStride: 1))
        #expect(!ring.wants(hasHole: false))
        ring.advance(keeping: 0, hasHole: true)
        #expect(ring.wants(hasHole: false))
        ring.advance(keeping: 1, hasHole: false)
        #expect(!ring.wants(hasHole: false))
    }

    @Test("a reset forgets everything and counts from 0")
    func reset() {
        let sampling = MemorySession.Sampling(neighbors: 2, references: 2, referenceStride: 3)
        var ring = MemoryRing<Int>(sampling)
        for index in 0..<20 { ring.advance(keeping: index, hasHole: true) }
        ring.reset()
        #expect(ring.count == 0 && ring.seen().isEmpty && ring.next == 0)
        #expect(!ring.wants(hasHole: false) || ring.next.isMultiple(of: 3))
        var fresh = MemoryRing<Int>(sampling)
        for index in 0..<20 {
            ring.advance(keeping: index, hasHole: true)
            fresh.advance(keeping: index, hasHole: true)
            #expect(ring.seen() == fresh.seen())
        }
    }
}
