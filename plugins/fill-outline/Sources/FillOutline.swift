public import PluginKit

/// Shows where the hole is, in place of filling it: its edge in one colour, and what is in it tinted.
public final class FillOutline: FillPlugin {
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
    private var latest: [UInt8]?

    public init(_ values: PluginValues) throws {
        let text = values.text("color")
        guard text.count == 6, let number = Int(text, radix: 16), number >= 0 else {
            throw PluginProblem("color is \"\(text)\", expected six hexadecimal digits such as ff2060")
        }
        color = [Double(number >> 16), Double(number >> 8 & 255), Double(number & 255)]
        width = values.integer("width")
        tint = values.number("tint")
    }

    public let delay = 0

    public func send(_ region: PluginRegion) {
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
        latest = pixels
    }

    public func receive(into region: PluginRegion) -> Bool {
        guard let pixels = latest else { return false }
        latest = nil
        region.write(pixels)
        return true
    }

    public func drain() {}
    public func flush() { latest = nil }
}
