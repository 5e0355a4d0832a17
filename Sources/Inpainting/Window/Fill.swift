/// What the network made of one frame.
public struct Fill: Hashable, Sendable {
    /// The frame's number since the session's start or its last flush, from 0.
    public let index: Int
    /// The picture as it came, but for the box round its hole and a margin, which are the network's: packed RGB of the
    /// network's size; nil where the frame has no hole.
    ///
    /// Only the pixels of the hole are meant to be used: beside them the network merely repeats what it saw, less well.
    public let picture: [UInt8]?
}
