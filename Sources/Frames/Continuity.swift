/// Tells where a stream of frames breaks off and another begins, so that no filter learns across the cut.
///
/// A frame does not continue the one before it when
/// - it is flagged as a discontinuity, or
/// - its time lies before the last frame's, or
/// - its time lies more than `toleratedFrames` frames after the last frame's end.
///
/// A frame without a time continues whatever came before, and so does the first. The length of a frame is what the caps
/// say, else its own duration, else the last step between two frames; where none is known no gap is seen. In reverse
/// playback every frame goes back, so every frame stands alone.
public struct Continuity: Sendable {
    /// Frames that may be missing before it counts as a gap.
    public static let toleratedFrames = 3

    private var last: (pts: Timestamp, duration: Timestamp?)?
    private var lastStep: Timestamp?

    public init() {}

    /// Whether the frame continues the stream; from then on it is the last frame.
    public mutating func continues(
        pts: Timestamp?, duration: Timestamp?, frameDuration: Timestamp?, flagged: Bool
    ) -> Bool {
        guard let pts else { return !flagged || last == nil }
        defer { last = (pts, duration) }
        guard let last else { return true }
        guard !flagged, pts >= last.pts else {
            lastStep = nil
            return false
        }
        let step = Timestamp(nanoseconds: pts.nanoseconds - last.pts.nanoseconds)
        let length = frameDuration ?? duration ?? lastStep
        if let length {
            guard step <= (last.duration ?? length).advanced(by: length.repeated(Self.toleratedFrames)) else {
                lastStep = nil
                return false
            }
        }
        lastStep = step
        return true
    }

    /// Forgets the last frame: the next one is a first.
    public mutating func reset() {
        last = nil
        lastStep = nil
    }
}
