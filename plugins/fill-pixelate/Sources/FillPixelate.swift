internal import ClassicalFill
public import PluginKit

/// Hides what is in the hole and shows that something is hidden: tiles, or one colour.
public final class FillPixelate: FillPlugin {
    public static let name = "fill-pixelate"
    public static let version = "1.0"
    public static let summary = "Tiles of one colour, or a single colour, for privacy"
    public static let settings = [
        PluginSetting(
            "style", .choice(["mosaic", "solid"], "mosaic"), "Tiles of the picture's colours, or one colour"),
        PluginSetting(
            "tile", .integer(4...256, 16), unit: "pixels of the region",
            "The tiles' side: a face wants at most six tiles across"),
        PluginSetting("color", .text("808080"), "The colour of solid: six hexadecimal digits, red, green, blue"),
    ]

    private let isSolid: Bool
    private let tile: Int
    private let color: [UInt8]
    private var latest: (pixels: [UInt8], hole: [UInt8], width: Int, height: Int)?

    public init(_ values: PluginValues) throws {
        let text = values.text("color")
        guard text.count == 6, let number = Int(text, radix: 16), number >= 0 else {
            throw PluginProblem("color is \"\(text)\", expected six hexadecimal digits such as 808080")
        }
        isSolid = values.text("style") == "solid"
        tile = values.integer("tile")
        color = [UInt8(number >> 16), UInt8(number >> 8 & 255), UInt8(number & 255)]
    }

    public let delay = 0

    public func send(_ region: PluginRegion) {
        latest = (region.packed(), region.packedHole(), region.width, region.height)
    }

    public func receive(into region: PluginRegion) -> Bool {
        guard let (given, hole, width, height) = latest else { return false }
        latest = nil
        var pixels = given
        if isSolid {
            for pixel in hole.indices where hole[pixel] != 0 {
                pixels.replaceSubrange(3 * pixel..<3 * pixel + 3, with: color)
            }
        } else {
            Mosaic.fill(&pixels, hole: hole, width: width, height: height, tile: tile)
        }
        region.write(pixels)
        return true
    }

    public func drain() {}
    public func flush() { latest = nil }
}
