/// What is kept of a stream's past frames, and which of them the newest one sees.
///
/// The newest frame sees the last `neighbors` frames and, of those before, the newest `references` whose index is a
/// multiple of `referenceStride`. Whatever no later frame can see is given up, so that the ring never holds more than
/// `neighbors` + `references`, and a few frames on their way from the one role to the other. A pure value: it knows
/// indices, and not what it keeps.
///
/// Source: the reference's test loop, whose window this is, cut off at the newest frame.
package struct MemoryRing<Kept> {
    private struct Entry {
        let index: Int
        let kept: Kept
    }

    private let sampling: MemorySession.Sampling
    /// Ascending by index.
    private var entries: [Entry] = []
    /// The index of the frame that comes next; a frame may come without leaving anything.
    package private(set) var next = 0
    /// The last frame that had a hole.
    private var lastHole: Int?

    package init(_ sampling: MemorySession.Sampling) {
        self.sampling = sampling
    }

    /// Frames of which something is kept.
    package var count: Int { entries.count }

    /// All that is kept, the oldest first.
    package var all: [Kept] { entries.map(\.kept) }

    /// What the next frame sees of the past, the oldest first.
    ///
    /// - Parameter reach: fewer frames than the sampling says, for a cheaper pass.
    package func seen(within reach: MemorySession.Reach? = nil) -> [Kept] {
        let neighbors = min(sampling.neighbors, reach?.neighbors ?? .max)
        let references = min(sampling.references, reach?.references ?? .max)
        let first = next - neighbors
        let far = entries.filter { $0.index < first && $0.index.isMultiple(of: sampling.referenceStride) }
        let near = entries.filter { $0.index >= first }
        return (far.suffix(references) + near).map(\.kept)
    }

    /// Whether the next frame is worth a pass of the network.
    ///
    /// One with a hole is. One without shows what others miss, but most of them show the same: it is enough to keep the
    /// references, and for as long as a hole may only be flickering every neighbour.
    package func wants(hasHole: Bool) -> Bool {
        if hasHole || (sampling.references > 0 && next.isMultiple(of: sampling.referenceStride)) { return true }
        return lastHole.map { next - $0 <= sampling.neighbors } ?? false
    }

    /// Takes what is kept of the next frame, or nil where nothing is.
    package mutating func advance(keeping kept: Kept?, hasHole: Bool) {
        if hasHole { lastHole = next }
        if let kept { entries.append(Entry(index: next, kept: kept)) }
        next += 1
        forget()
    }

    /// Forgets every frame, and counts from 0 again.
    package mutating func reset() {
        entries.removeAll(keepingCapacity: true)
        next = 0
        lastHole = nil
    }

    private mutating func forget() {
        let (first, stride) = (next - sampling.neighbors, sampling.referenceStride)
        // A reference that is still a neighbour does not push one out yet.
        let far = entries.count { $0.index < first && $0.index.isMultiple(of: stride) }
        var surplus = far - sampling.references
        entries.removeAll { entry in
            guard entry.index < first else { return false }
            guard entry.index.isMultiple(of: stride) else { return true }
            surplus -= 1
            return surplus >= 0
        }
    }
}
