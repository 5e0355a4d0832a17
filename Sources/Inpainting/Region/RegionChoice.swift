public import Frames

/// How the parts of the frame that the network sees are chosen.
public enum RegionChoice: Hashable, Sendable {
    /// Round the holes, as few and as small as they allow.
    case auto
    /// The whole frame.
    case full
    /// One box, in the frame's pixels.
    case box(Rectangle)

    /// Reads `auto`, `full` or `x,y,w,h`.
    ///
    /// Throws: `badSetting` for anything else.
    public init(_ text: String) throws(FrameError) {
        switch text {
        case "auto": self = .auto
        case "full": self = .full
        default:
            let longestSide = 1 << 20
            let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 4, let x = numbers[0], let y = numbers[1], let width = numbers[2],
                let height = numbers[3], min(x, y) >= 0, min(width, height) > 0,
                max(x, y, width, height) <= longestSide
            else {
                throw FrameError(
                    .badSetting, subject: "region", detail: "\"\(text)\" is not auto, full or x,y,w,h in pixels")
            }
            self = .box(Rectangle(x: x, y: y, width: width, height: height))
        }
    }
}
