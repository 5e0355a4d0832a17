import FillOutline
import PluginFixtures
import PluginKit
import Testing

@Suite struct FillOutlineTests {
    @Test("the edge has the colour, the inside a share of it, and the rest stays")
    func outline() throws {
        let (width, height) = (12, 9)
        let hole: [UInt8] = (0..<width * height).map {
            (2..<9).contains($0 % width) && (2..<8).contains($0 / width) ? 255 : 0
        }
        let picture = [UInt8](repeating: 100, count: 3 * width * height)
        let plugin = try FillOutline(
            PluginSetting.values(of: FillOutline.settings, ["color": "c80000", "width": "1", "tint": "0.5"]))
        let filled = try #require(try filled(picture, hole: hole, width: width, height: height, by: plugin))
        for y in 0..<height {
            for x in 0..<width {
                let isInside = (3..<8).contains(x) && (3..<7).contains(y)
                let expected: [UInt8] =
                    hole[y * width + x] == 0 ? [100, 100, 100] : isInside ? [150, 50, 50] : [200, 0, 0]
                let index = 3 * (y * width + x)
                #expect(Array(filled[index..<index + 3]) == expected)
            }
        }
    }

    @Test("what is no colour is refused")
    func refused() {
        #expect(throws: PluginProblem.self) {
            try FillOutline(PluginSetting.values(of: FillOutline.settings, ["color": "pink"]))
        }
    }
}
