/// A stage's work on frames: configure, send, receive, drain, flush.
///
/// Every call comes from the stage's one thread. As many frames come out as went in, in the same order, each with the
/// storage it came with; a filter only writes into it, and may say how the hole was filled.
public protocol FrameFilter: AnyObject {
    /// Frames held back before the first comes out: frame n leaves once frame n + `delay` has been sent.
    var delay: Int { get }

    /// The latency to declare, in frames: `delay` and the frames' time that the work itself may take. On live input it
    /// holds until the work's true time was measured.
    var latencyFrames: Int { get }

    /// What the filter promises to stay within on live input; nil where it promises nothing.
    var latencyBudget: Timestamp? { get }

    /// Whether a live frame waits for its mask as long as a file's does.
    var waitsForMasks: Bool { get }

    /// How far a mask's time may be from its frame's; nil for half a frame after it, and any time before.
    var maskTolerance: Timestamp? { get }

    /// Prepares for frames of `layout`. Called before the first frame and, after a drain, whenever one of the two changes.
    ///
    /// - Parameter isLive: whether the source keeps the time, and waits for nobody.
    func configure(_ layout: FrameLayout, isLive: Bool) throws

    /// Takes the next frame and, where a mask stream is joined to it, that stream's picture for it.
    func send(_ frame: Frame, mask: GrayImage?) throws

    /// Gives back the next finished frame, or nil until more is sent.
    func receive() throws -> Frame?

    /// Finishes every frame still held, so that `receive` gives all of them back.
    func drain() throws

    /// Forgets every frame still held and all that was learnt from the past.
    func flush()
}

extension FrameFilter {
    public var waitsForMasks: Bool { false }
    public var maskTolerance: Timestamp? { nil }
}
