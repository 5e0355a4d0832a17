/// How much a stage holds, and how long it waits.
package struct StageLimits: Sendable {
    /// Frames that wait for the stage's thread before the source is held back.
    package var frames = 4
    /// Masks that wait for their frames before the mask stream is held back.
    package var masks = 16
    /// How long a frame of a file waits after the last mask came, before it takes the one that is held.
    package var maskPatienceNanoseconds: UInt64 = 10_000_000_000
    /// How long a frame of a live source waits for its mask.
    package var liveMaskPatienceNanoseconds: UInt64 = 200_000_000

    package init() {}
}
