/// Something that was found in a frame before it came, as a detector says it.
public struct FrameObject: Hashable, Sendable {
    /// What it is; empty where nobody said.
    public let label: String
    public let box: Rectangle

    public init(label: String, box: Rectangle) {
        self.label = label
        self.box = box
    }
}
