public import Frames

/// A part of a stream's time; its end does not belong to it.
public struct MaskSpan: Hashable, Sendable {
    public let start: Timestamp
    /// Nil is the stream's end.
    public let end: Timestamp?

    public init(start: Timestamp, end: Timestamp?) {
        self.start = start
        self.end = end
    }

    /// A frame without a time is in no part of it.
    func contains(_ time: Timestamp?) -> Bool {
        guard let time else { return false }
        return time >= start && end.map { time < $0 } ?? true
    }
}
