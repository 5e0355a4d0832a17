import FillPixelate
import PluginFixtures
import PluginKit
import Testing

@Suite struct FillPixelateTests {
    private static let (width, height) = (20, 10)
    private static let picture = (0..<3 * width * height).map { UInt8(truncatingIfNeeded: $0 &* 97) }
    private static let hole: [UInt8] = (0..<width * height).map { $0 % width >= 3 && $0 % width < 9 ? 255 : 0 }

    private func fill(_ set: [String: String]) throws -> [UInt8] {
        let plugin = try FillPixelate(PluginSetting.values(of: FillPixelate.settings, set))
        return try #require(
            try filled(Self.picture, hole: Self.hole, width: Self.width, height: Self.height, by: plugin))
    }

    @Test("a tile's hole has the tile's mean, and the rest stays")
    func mosaic() throws {
        let fill = try fill(["tile": "4"])
        for (pixel, isHole) in Self.hole.enumerated() {
            let (x, y) = (pixel % Self.width, pixel / Self.width)
            let tile = (y / 4 * 4..<min(y / 4 * 4 + 4, Self.height)).flatMap { row in
                (x / 4 * 4..<x / 4 * 4 + 4).map { row * Self.width + $0 }
            }
            for channel in 0..<3 {
                let mean = tile.reduce(0) { $0 + Int(Self.picture[3 * $1 + channel]) } / tile.count
                let expected = isHole != 0 ? UInt8(mean) : Self.picture[3 * pixel + channel]
                #expect(fill[3 * pixel + channel] == expected)
            }
        }
    }

    @Test("solid is one colour")
    func solid() throws {
        let fill = try fill(["style": "solid", "color": "ff8001"])
        for (pixel, isHole) in Self.hole.enumerated() where isHole != 0 {
            #expect(Array(fill[3 * pixel..<3 * pixel + 3]) == [255, 128, 1])
        }
    }

    @Test("what is no colour is refused")
    func refused() {
        #expect(throws: PluginProblem.self) {
            try FillPixelate(PluginSetting.values(of: FillPixelate.settings, ["color": "red"]))
        }
    }

    @Test("nothing comes back before anything was sent, and nothing twice")
    func order() throws {
        let plugin = try FillPixelate(PluginSetting.values(of: FillPixelate.settings))
        _ = try filled(Self.picture, hole: Self.hole, width: Self.width, height: Self.height, by: plugin)
        plugin.flush()
        var pixels = [UInt8](repeating: 0, count: 3)
        let again = pixels.withUnsafeMutableBufferPointer { pixels in
            plugin.receive(
                into: PluginRegion(
                    pixels: pixels.baseAddress!, stride: 3, hole: nil, holeStride: 0, width: 1, height: 1, time: nil))
        }
        #expect(!again)
    }
}
