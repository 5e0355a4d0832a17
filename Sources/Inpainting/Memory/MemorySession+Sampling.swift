extension MemorySession {
    /// Which past frames a frame attends to.
    public struct Sampling: Hashable, Sendable {
        /// The last frames.
        public let neighbors: Int
        /// The most references before those.
        public let references: Int
        /// References are frames whose index is a multiple of this.
        public let referenceStride: Int

        public init(neighbors: Int = 5, references: Int = 5, referenceStride: Int = 10) {
            precondition(neighbors >= 0 && references >= 0, "frames are counted from 0")
            precondition(referenceStride > 0, "references have a distance")
            self.neighbors = neighbors
            self.references = references
            self.referenceStride = referenceStride
        }
    }

    /// The most past frames that one pass may attend to, where that is fewer than the sampling says: a cheaper pass.
    public struct Reach: Hashable, Sendable {
        public let neighbors: Int
        public let references: Int

        public init(neighbors: Int, references: Int) {
            precondition(neighbors >= 0 && references >= 0, "frames are counted from 0")
            self.neighbors = neighbors
            self.references = references
        }
    }
}
