internal import ClassicalFill
package import Frames

/// The fills that need no network.
package enum ClassicalFills: String, CaseIterable, Sendable, ClipFill {
    /// Straight lines between the four nearest pixels that are known, as ffmpeg's delogo draws them.
    case border
    /// Averages of ever wider surroundings.
    case pushpull
    /// Fast marching from the border inwards.
    case telea
    /// The median of what was seen there in the past 30 frames, and `telea` where nothing was.
    case median

    package var name: String { rawValue }

    package func fill(_ frames: [RGBPicture], holes: [Mask]) -> FilledClip {
        FilledClip {
            guard let first = frames.first else { return [] }
            var filled = frames
            let size = (width: first.width, height: first.height)
            let pushPull = BorderFill(width: size.width, height: size.height)
            var past = PastMedian(width: size.width, height: size.height)
            for index in frames.indices {
                var hole = holes[index].pixels
                switch self {
                case .border: SideFill.fill(&filled[index].pixels, hole: hole, width: size.width)
                case .pushpull: pushPull.fill(&filled[index].pixels, hole: hole)
                case .telea: TeleaFill.fill(&filled[index].pixels, hole: hole, width: size.width)
                case .median:
                    past.fill(&filled[index].pixels, hole: &hole)
                    TeleaFill.fill(&filled[index].pixels, hole: hole, width: size.width)
                    past.see(frames[index].pixels, hole: holes[index].pixels)
                }
            }
            return filled
        }
    }
}
