/// Which frames the network sees together.
///
/// A clip is filled in passes, at every `step`-th frame. A pass sees the frames around its centre (the neighbours, which
/// it predicts) and some far ones (the references, which it only looks at). A pure value: it knows indices, not frames.
///
/// Source: the reference's test loop. Deviates: the reference has the whole clip at hand; here a pass waits for at most
/// `lookahead` frames, and references are bounded. With a look-ahead of twice `neighbors` every frame is blended from
/// the same passes over the same neighbours as in the reference; with one longer than the clip, and as many references
/// as it has, everything is the same.
public struct WindowSampling: Hashable, Sendable {
    /// Frames on either side of a pass's centre that it predicts.
    public let neighbors: Int
    /// The most references of a pass on either side of its neighbours.
    public let references: Int
    /// References are frames whose index is a multiple of this.
    public let referenceStride: Int
    /// How many later frames a frame waits for before it is given out.
    public let lookahead: Int

    public init(neighbors: Int = 5, references: Int = 5, referenceStride: Int = 10, lookahead: Int = 5) {
        precondition(neighbors >= 0 && references >= 0 && lookahead >= 0, "windows are counted from 0")
        precondition(referenceStride > 0, "references have a distance")
        self.neighbors = neighbors
        self.references = references
        self.referenceStride = referenceStride
        self.lookahead = lookahead
    }

    /// One run of the network.
    public struct Pass: Hashable, Sendable {
        public let centre: Int
        /// The frames predicted, the centre among them.
        public let neighbors: Range<Int>
        /// Frames that are only attended to, ascending.
        public let references: [Int]
    }

    /// Frames from one pass's centre to the next, such that every frame is covered in time.
    public var step: Int { max(1, min(neighbors, lookahead + 1)) }

    /// How many frames a pass needs to have after its centre, where the clip has them.
    public var reach: Int { min(neighbors, lookahead) }

    /// The frame that has to be there before the pass at `centre` runs, unless the clip ends before.
    ///
    /// Its last neighbour; and where the look-ahead is longer than the window, the frame whose arrival releases the
    /// first that the pass predicts, because whatever comes before then can still serve as a reference.
    public func dueFrame(ofPassAt centre: Int) -> Int {
        max(centre + reach, centre - neighbors + lookahead)
    }

    /// The pass at `centre` of a clip of which the first `count` frames are there.
    public func pass(at centre: Int, count: Int) -> Pass {
        precondition(centre >= 0 && centre < count, "a pass's centre is there")
        let window = max(0, centre - neighbors)..<min(centre + reach + 1, count)
        return Pass(
            centre: centre, neighbors: window,
            references: pastReferences(before: window.lowerBound)
                + futureReferences(from: window.upperBound, count: count))
    }

    /// Whether frame `index`, which has been given out, can still be seen by the pass at `centre` or by a later one.
    public func keeps(_ index: Int, forPassAt centre: Int) -> Bool {
        let first = max(0, centre - neighbors)
        guard index < first else { return true }
        guard let oldest = pastReferences(before: first).first else { return false }
        return index >= oldest && index.isMultiple(of: referenceStride)
    }

    /// The newest references before frame `first`; the work does not grow with the clip.
    private func pastReferences(before first: Int) -> [Int] {
        let all = (first + referenceStride - 1) / referenceStride
        return (all - min(all, references)..<all).map { $0 * referenceStride }
    }

    private func futureReferences(from first: Int, count: Int) -> [Int] {
        let next = (first + referenceStride - 1) / referenceStride * referenceStride
        return Array(stride(from: next, to: count, by: referenceStride).prefix(references))
    }
}
