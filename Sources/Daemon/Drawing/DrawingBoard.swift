/// What a mask is drawn on: the stills of a source, and the places where a mask is saved.
///
/// Whoever speaks through it is a web page: text and pictures may be anything.
public protocol DrawingBoard: Sendable {
    /// What the page begins with.
    var start: DrawingStart { get }
    /// The still that is drawn on: a PNG file.
    func still() async -> [UInt8]
    /// Takes another still, which is drawn on from now on: a PNG file.
    ///
    /// - Parameter frame: which frame of a file, counted from 1; nil for the one that was taken before.
    func newStill(frame: Int?) async throws(ControlError) -> [UInt8]
    /// The mask of an expression in the still's size, white where the hole is: a PNG file.
    func mask(of expression: String) async throws(ControlError) -> [UInt8]
    /// The still with the hole filled: a PNG file.
    func fill(_ drawing: Drawing) async throws(ControlError) -> [UInt8]
    /// Saves a mask.
    ///
    /// - Returns: where, in words.
    func save(_ drawing: Drawing) async throws(ControlError) -> String
}

/// A mask that was drawn.
public enum Drawing: Hashable, Sendable {
    /// The shapes that were drawn.
    case expression(String)
    /// A PNG file in the still's size, white where the hole is: brush strokes are no shapes.
    case picture([UInt8])
}

/// What a page for drawing begins with.
public struct DrawingStart: Encodable, Sendable {
    /// What stills are taken of.
    public let source: String
    /// Which frame the first still is, of a source that has numbered frames.
    public let frame: Int?
    /// The mask to begin from.
    public let mask: String
    /// Where a mask is saved, in words.
    public let target: String

    public init(source: String, frame: Int?, mask: String, target: String) {
        self.source = source
        self.frame = frame
        self.mask = mask
        self.target = target
    }
}
