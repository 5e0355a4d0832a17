internal import CGStreamer
internal import Frames

/// A frame on its way through the stage.
struct StageFrame {
    let storage: BufferStorage
    let pts: Timestamp?
    let duration: Timestamp?
    /// Its time in the pipeline, by which masks are joined to it.
    let runningTime: Timestamp?
    /// Flagged by its source as not continuing what came before.
    let isDiscontinuous: Bool
    /// When it came, by the monotonic clock: before it waited for anything inside.
    let arrival: Timestamp
}

/// What the stage's thread is handed, in the order in which it came in.
enum StageItem {
    case frame(StageFrame)
    /// New caps, what they say, and whether the source that sent them is live.
    case caps(EventHandle, FrameLayout, isLive: Bool)
    /// Any other event that keeps its place among the frames.
    case event(EventHandle)
    case endOfStream(EventHandle)
    /// A flush is over; `accepted` frames had come in before it.
    case flushed(EventHandle, accepted: UInt64)
    /// Somebody upstream wants every frame out.
    case drain

    /// Whether a flush leaves it in its place.
    var outlivesFlush: Bool {
        switch self {
        case .caps: true
        case .event(let event): event.outlivesFlush
        case .frame, .endOfStream, .flushed, .drain: false
        }
    }
}
