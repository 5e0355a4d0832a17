import MaskKey
import PluginFixtures
import PluginKit
import Testing

@Suite struct MaskKeyTests {
    private func key(_ set: [String: String]) throws -> MaskKey {
        try MaskKey(PluginSetting.values(of: MaskKey.settings, set))
    }

    /// A gray picture, odd on both sides, whose two left chroma columns are those of BT.709's pure green.
    private var picture: PluginPictures {
        var picture = PluginPictures(width: 9, height: 5) { x, y in UInt8(20 * y + x) }
        for row in 0..<3 {
            for column in 0..<2 { (picture.cb[row * 5 + column], picture.cr[row * 5 + column]) = (42, 26) }
        }
        return picture
    }

    @Test("the key colour's pixels are marked, to the last row and column that share a sample")
    func colour() throws {
        let mask = try picture.mask(by: key(["color": "00ff00", "tolerance": "4"]))
        #expect(mask == (0..<45).map { $0 % 9 < 4 ? 255 : 0 })
        #expect(try picture.mask(by: key(["color": "ff0000"])).allSatisfy { $0 == 0 })
        #expect(
            try picture.mask(by: key(["color": "808080", "tolerance": "1"])) == (0..<45).map { $0 % 9 < 4 ? 0 : 255 })
    }

    @Test("the stream's own matrix counts")
    func matrix() throws {
        let plugin = try key(["color": "00ff00", "tolerance": "4"])
        #expect(try picture.mask(by: plugin, matrix: .bt601).allSatisfy { $0 == 0 })
    }

    @Test("luma bounds leave out what is darker and brighter")
    func luma() throws {
        let mask = try picture.mask(by: key(["color": "00ff00", "tolerance": "4", "darkest": "40", "brightest": "63"]))
        #expect(mask == (0..<45).map { $0 % 9 < 4 && (2...3).contains($0 / 9) ? 255 : 0 })
    }

    @Test("what is no colour is refused", arguments: ["", "green", "00ff0", "#00ff00", "-0ff00"])
    func refused(color: String) {
        #expect(throws: PluginProblem.self) { try key(["color": color]) }
    }

    @Test("bounds that leave nothing are refused")
    func bounds() {
        #expect(throws: PluginProblem.self) { try key(["darkest": "9", "brightest": "8"]) }
    }
}
