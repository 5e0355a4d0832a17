public import PluginKit

/// Marks what has a colour, whatever its brightness: a green wall, a lamp, a vest.
public final class MaskKey: MaskPlugin {
    public static let name = "mask-key"
    public static let version = "1.0"
    public static let summary = "What has a colour, by its chroma"
    public static let picture = PluginPicture.yuv420
    public static let settings = [
        PluginSetting("color", .text("00ff00"), "The colour: six hexadecimal digits, red, green, blue"),
        PluginSetting(
            "tolerance", .integer(1...180, 40), unit: "steps of 8-bit chroma", "How far from the colour a pixel may be"),
        PluginSetting("darkest", .integer(0...255, 0), unit: "steps of 8-bit luma", "What is darker is not marked"),
        PluginSetting(
            "brightest", .integer(0...255, 255), unit: "steps of 8-bit luma", "What is brighter is not marked"),
    ]

    private let color: (red: Double, green: Double, blue: Double)
    private let tolerance: Int
    private let luma: ClosedRange<UInt8>

    public init(_ values: PluginValues) throws {
        let (red, green, blue) = try values.color("color")
        color = (Double(red), Double(green), Double(blue))
        tolerance = values.integer("tolerance")
        let (darkest, brightest) = (values.integer("darkest"), values.integer("brightest"))
        guard darkest <= brightest else {
            throw PluginProblem("darkest is \(darkest) and brightest \(brightest): nothing lies between them")
        }
        luma = UInt8(darkest)...UInt8(brightest)
    }

    public func find(in frame: PluginFrame, mask: PluginMask) {
        guard let (cb, cr) = frame.chroma else { return }
        let key = chroma(of: frame)
        let farthest = Int32(tolerance * tolerance)
        for row in 0..<cb.height {
            let (blues, reds) = (cb.row(row), cr.row(row))
            for column in 0..<cb.width {
                let (blue, red) = (Int32(blues[column]) - key.cb, Int32(reds[column]) - key.cr)
                guard blue * blue + red * red <= farthest else { continue }
                for y in 2 * row..<min(2 * row + 2, frame.height) {
                    let (lumas, marks) = (frame.luma.row(y), mask.row(y))
                    for x in 2 * column..<min(2 * column + 2, frame.width) where luma.contains(lumas[x]) {
                        marks[x] = 255
                    }
                }
            }
        }
    }

    public func flush() {}

    /// The colour's chroma in the stream's own terms.
    private func chroma(of frame: PluginFrame) -> (cb: Int32, cr: Int32) {
        let (red, blue) =
            switch frame.matrix {
            case .bt601: (0.299, 0.114)
            case .bt709: (0.2126, 0.0722)
            case .bt2020: (0.2627, 0.0593)
            }
        let luma = red * color.red + (1 - red - blue) * color.green + blue * color.blue
        let scale = frame.isFullRange ? 1.0 : 224.0 / 255
        return (
            Int32((128 + scale * (color.blue - luma) / (2 * (1 - blue))).rounded()),
            Int32((128 + scale * (color.red - luma) / (2 * (1 - red))).rounded())
        )
    }
}
