internal import ClassicalFill
public import PluginKit

/// Fills a hole smoothly from its border: fast, the same every time, and without any detail.
///
/// It is what the stage itself does on the last rung of its ladder, when there is no time for the network.
public final class FillPushPull: InstantFillPlugin {
    public static let name = "fill-pushpull"
    public static let version = "1.0"
    public static let summary = "A smooth fill from the hole's border, without a network"
    public static let settings: [PluginSetting] = []

    private var filler: (fill: BorderFill, width: Int, height: Int)?
    public var filled: [UInt8]?

    public init(_ values: PluginValues) {}

    public func fill(_ region: PluginRegion) -> [UInt8] {
        if filler?.width != region.width || filler?.height != region.height {
            filler = (BorderFill(width: region.width, height: region.height), region.width, region.height)
        }
        var pixels = region.packed()
        filler?.fill.fill(&pixels, hole: region.packedHole())
        return pixels
    }
}
