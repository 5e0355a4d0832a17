import MaskLogo
import PluginFixtures
import PluginKit
import Testing

@Suite struct MaskLogoTests {
    private static let (width, height) = (432, 240)

    /// A scene that moves, and a ring in the corner that does not.
    private func picture(_ frame: Int, moves: Bool = true) -> PluginPictures {
        let step = moves ? frame : 0
        return PluginPictures(width: Self.width, height: Self.height) { x, y in
            let scene = 40 + ((x + 7 * step) / 12 * 53 + (y + 5 * step) / 12 * 31) % 150
            return isLogo(x, y) ? 235 : UInt8(scene)
        }
    }

    private func isLogo(_ x: Int, _ y: Int) -> Bool {
        x >= 370 && x < 410 && y >= 20 && y < 44 && !(x >= 378 && x < 402 && y >= 28 && y < 36)
    }

    private var box: [UInt8] {
        (0..<Self.width * Self.height).map { index in
            let (x, y) = (index % Self.width, index / Self.width)
            return x >= 370 && x < 410 && y >= 20 && y < 44 ? 255 : 0
        }
    }

    @Test("a logo is found by itself once enough has moved, and not before")
    func logo() throws {
        let plugin = try MaskLogo(PluginSetting.values(of: MaskLogo.settings, ["first": "40", "grow": "0"]))
        for frame in 0..<39 { #expect(try picture(frame).mask(by: plugin).allSatisfy { $0 == 0 }, "frame \(frame)") }
        var mask: [UInt8] = []
        for frame in 39..<80 { mask = try picture(frame).mask(by: plugin) }
        #expect(intersectionOverUnion(mask, box) > 0.7)
        plugin.flush()
        #expect(intersectionOverUnion(try picture(200).mask(by: plugin), box) > 0.7)
    }

    @Test("where nothing moves, nothing is a logo")
    func still() throws {
        let plugin = try MaskLogo(PluginSetting.values(of: MaskLogo.settings, ["first": "5"]))
        for frame in 0..<60 {
            #expect(try picture(frame, moves: false).mask(by: plugin).allSatisfy { $0 == 0 })
        }
    }

    @Test("settings that never mark anything are refused")
    func refused() {
        #expect(throws: PluginProblem.self) {
            try MaskLogo(PluginSetting.values(of: MaskLogo.settings, ["first": "50", "learn": "20"]))
        }
    }
}
