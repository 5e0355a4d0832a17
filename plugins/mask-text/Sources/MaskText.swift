public import PluginKit

/// Marks text that is burnt in: subtitles, names, the time of day.
///
/// No character is read. Text is thin strokes that lie close together and stay where they are: a pixel is a stroke where
/// it is much brighter, or darker, than what lies a few pixels to both of its sides; it is text where strokes have stood
/// there for some frames, densely, in the shape of a line.
public final class MaskText: MaskPlugin {
    public static let name = "mask-text"
    public static let version = "1.0"
    public static let summary = "Burnt-in text, such as subtitles and times, by strokes that stay"
    public static let picture = PluginPicture.luma
    public static let settings = [
        PluginSetting("contrast", .integer(8...200, 40), unit: "steps of luma", "How far strokes stand out at least"),
        PluginSetting(
            "tone", .choice(["bright", "dark", "both"], "bright"), "Bright text, dark text on a bright ground, or both"),
        PluginSetting("persistence", .integer(1...50, 4), unit: "frames", "How long a stroke stands before it is text"),
        PluginSetting("hold", .integer(0...250, 4), unit: "frames", "How long what was found stays"),
        PluginSetting("grow", .integer(0...100, 5), unit: "pixels", "How far what is found is grown on each side"),
        PluginSetting(
            "smallest", .number(0.005...0.2, 0.02), unit: "frame heights", "The least height of a line of text"),
        PluginSetting(
            "where", .choice(["all", "bottom", "top"], "all"), "Which part of the frame is looked at: all, or a third"),
    ]

    /// Columns of the picture that is looked at: strokes of a subtitle are two or three pixels wide in it.
    private static let widest = 640
    /// How far a pixel of text may change from frame to frame: compression and what shines through. Units: luma.
    private static let steadiness: Int16 = 24
    /// Bright text is at least so bright, and dark text as far from white. Units: steps of luma.
    private static let leastTone: Int16 = 150

    private let contrast: Int16
    private let tone: String
    private let persistence: Int
    private let hold: Int
    private let grow: Int
    private let smallest: Double
    private let place: String

    /// For each pixel the frames for which a stroke has stood there, up to twice the persistence.
    private var ages: [UInt8] = []
    private var before: [UInt8] = []
    private var size = (width: 0, height: 0)
    private var found: Bitmap?
    private var sinceFound = 0

    public init(_ values: PluginValues) {
        contrast = Int16(values.integer("contrast"))
        tone = values.text("tone")
        persistence = values.integer("persistence")
        hold = values.integer("hold")
        grow = values.integer("grow")
        smallest = values.number("smallest")
        place = values.text("where")
    }

    public func flush() {
        ages = []
        found = nil
    }

    public func find(in frame: PluginFrame, mask: PluginMask) {
        let small = ReducedLuma(frame.luma, widest: Self.widest)
        if size != (small.width, small.height) || ages.isEmpty {
            size = (small.width, small.height)
            ages = [UInt8](repeating: 0, count: small.pixels.count)
            before = small.pixels
            found = nil
        }
        let strokes = strokes(of: small)
        let standing = standing(strokes, in: small)
        before = small.pixels
        let text = standing.pixels.contains(1) ? lines(of: standing) : standing
        if text.pixels.contains(1) {
            (found, sinceFound) = (text, 0)
        } else {
            sinceFound += 1
            if sinceFound > hold { found = nil }
        }
        guard let found else { return }
        let radius = (grow + small.factor - 1) / small.factor
        (radius > 0 ? found.dilated(by: radius) : found).paint(on: mask, factor: small.factor)
    }

    /// The strokes that have stood long enough.
    private func standing(_ strokes: Bitmap, in small: ReducedLuma) -> Bitmap {
        var standing = Bitmap(width: small.width, height: small.height)
        let (least, oldest) = (UInt8(persistence), UInt8(min(2 * persistence, 250)))
        let steadiness = Self.steadiness
        standing.pixels.withUnsafeMutableBufferPointer { standing in
            ages.withUnsafeMutableBufferPointer { ages in
                before.withUnsafeBufferPointer { before in
                    small.pixels.withUnsafeBufferPointer { now in
                        strokes.pixels.withUnsafeBufferPointer { strokes in
                            for index in ages.indices {
                                let isSteady = abs(Int16(now[index]) - Int16(before[index])) < steadiness
                                let older = isSteady ? min(ages[index], oldest - 1) + 1 : 1
                                ages[index] = strokes[index] != 0 ? older : ages[index] / 2
                                standing[index] = ages[index] >= least ? 1 : 0
                            }
                        }
                    }
                }
            }
        }
        return standing
    }

    /// Where a pixel stands out between what lies two to four pixels to both of its sides.
    private func strokes(of small: ReducedLuma) -> Bitmap {
        let (width, height) = (small.width, small.height)
        var strokes = Bitmap(width: width, height: height)
        let rows =
            switch place {
            case "bottom": 2 * height / 3..<height
            case "top": 0..<height / 3
            default: 0..<height
            }
        let (contrast, seesBright, seesDark) = (contrast, tone != "dark", tone != "bright")
        let leastTone = Self.leastTone
        strokes.pixels.withUnsafeMutableBufferPointer { marks in
            small.pixels.withUnsafeBufferPointer { pixels in
                for y in max(rows.lowerBound, 3)..<max(min(rows.upperBound, height - 3), max(rows.lowerBound, 3)) {
                    for x in 3..<max(width - 3, 3) {
                        let index = y * width + x
                        let middle = Int16(pixels[index])
                        let (left, right) = (Int16(pixels[index - 3]), Int16(pixels[index + 3]))
                        let (above, below) = (Int16(pixels[index - 3 * width]), Int16(pixels[index + 3 * width]))
                        let isBright =
                            seesBright && middle >= leastTone
                            && (middle - max(left, right) > contrast || middle - max(above, below) > contrast)
                        let isDark =
                            seesDark && middle <= 255 - leastTone
                            && (min(left, right) - middle > contrast || min(above, below) - middle > contrast)
                        marks[index] = isBright || isDark ? 1 : 0
                    }
                }
            }
        }
        return strokes
    }

    /// Where strokes lie densely, in lines that are wider than high.
    private func lines(of strokes: Bitmap) -> Bitmap {
        let least = max(4, Int(smallest * Double(strokes.height)))
        // A line's strokes and the gaps between its letters and words.
        let dense = strokes.dense(share: 0.22, byColumns: least, rows: max(1, least / 3))
        let joined = dense.dilated(byColumns: least, rows: 1).eroded(byColumns: least, rows: 1)
        return joined.keeping { line in
            line.height >= least && line.width >= 3 * line.height && line.width >= strokes.width / 16
                && line.area * 2 > line.width * line.height
        }
    }
}
