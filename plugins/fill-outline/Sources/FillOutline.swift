public import PluginKit

/// Shows where the hole is, in place of filling it: its edge in one colour, and what is in it tinted.
public final class FillOutline: InstantFillPlugin {
    public static let name = "fill-outline"
    public static let version = "1.0"
    public static let summary = "Shows where the hole is: an outline, and a tint inside"
    public static let settings = [
        PluginSetting("color", .text("ff2060"), "The outline's colour: six hexadecimal digits, red, green, blue"),
        PluginSetting("width", .integer(1...32, 2), unit: "pixels of the region", "The outline's width"),
        PluginSetting("tint", .number(0...1, 0.35), "The share of the colour in what lies inside"),
    ]

    private let color: [Double]
    private let width: Int
    private let tint: Double
    public var filled: [UInt8]?

    public init(_ values: PluginValues) throws {
        let (red, green, blue) = try values.color("color")
        color = [red, green, blue].map(Double.init)
        width = values.integer("width")
        tint = values.number("tint")
    }

    public func fill(_ region: PluginRegion) -> [UInt8] {
        var hole = Bitmap(width: region.width, height: region.height)
        for (index, mark) in region.packedHole().enumerated() where mark != 0 { hole.pixels[index] = 1 }
        let inside = hole.eroded(by: width)
        var pixels = region.packed()
        for index in hole.pixels.indices where hole.pixels[index] != 0 {
            let share = inside.pixels[index] != 0 ? tint : 1
            for channel in 0..<3 {
                let old = Double(pixels[3 * index + channel])
                pixels[3 * index + channel] = UInt8((old + share * (color[channel] - old)).rounded())
            }
        }
        return pixels
    }
}
