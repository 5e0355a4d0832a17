internal import Frames
internal import Inpainting

/// A way of filling the holes of a stream's frames, for as long as their layout stays.
///
/// As many frames come out as went in, in the same order. Used from one thread at a time.
protocol Repair: AnyObject {
    /// Frames held back before the first comes out.
    var delay: Int { get }
    /// The latency that is expected, in frames.
    var latencyFrames: Int { get }

    /// Takes the next frame and its hole.
    func send(_ frame: Frame, hole: Hole) throws
    /// The next finished frame, or nil until more is sent.
    func receive() -> Frame?
    /// Finishes every frame still held.
    func drain() throws
    /// Forgets every frame still held and all that was learnt from the past.
    func flush()
}
