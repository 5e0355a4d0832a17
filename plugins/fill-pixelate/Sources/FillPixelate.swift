internal import ClassicalFill
public import PluginKit

/// Hides what is in the hole and shows that something is hidden: tiles, or one colour.
public final class FillPixelate: InstantFillPlugin {
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
    public var filled: [UInt8]?

    public init(_ values: PluginValues) throws {
        let (red, green, blue) = try values.color("color")
        color = [red, green, blue]
        isSolid = values.text("style") == "solid"
        tile = values.integer("tile")
    }

    public func fill(_ region: PluginRegion) -> [UInt8] {
        var pixels = region.packed()
        let hole = region.packedHole()
        if isSolid {
            for pixel in hole.indices where hole[pixel] != 0 {
                pixels.replaceSubrange(3 * pixel..<3 * pixel + 3, with: color)
            }
        } else {
            Mosaic.fill(&pixels, hole: hole, width: region.width, height: region.height, tile: tile)
        }
        return pixels
    }
}
