import FillPushPull
import PluginFixtures
import PluginKit
import Testing

@Suite struct FillPushPullTests {
    @Test("a slope goes on through the hole, and nothing of what stood in it stays")
    func slope() throws {
        let (width, height) = (32, 16)
        let hole: [UInt8] = (0..<width * height).map { (10..<20).contains($0 % width) && $0 / width > 3 ? 255 : 0 }
        let clean = (0..<3 * width * height).map { UInt8($0 / 3 % width * 8) }
        let dirty = clean.indices.map { hole[$0 / 3] != 0 ? 255 : clean[$0] }
        let plugin = FillPushPull(PluginValues([:]))
        let fill = try #require(try filled(dirty, hole: hole, width: width, height: height, by: plugin))
        for index in clean.indices {
            let error = abs(Int(fill[index]) - Int(clean[index]))
            #expect(hole[index / 3] == 0 ? error == 0 : error < 40)
        }
        // The same plugin takes another size.
        let small = try filled([1, 2, 3], hole: [0], width: 1, height: 1, by: plugin)
        #expect(small == [1, 2, 3])
    }
}
