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

    // MARK: What an overlay is made of

    /// A scene of blocks that change, and a sign in the corner through which half of it shows.
    private func signed(_ frame: Int, alpha: Double = 0.5) -> PluginPictures {
        var picture = PluginPictures(width: Self.width, height: Self.height) { x, y in
            var block = UInt64((x + 3 * frame) / 12 * 7919 + (y + 2 * frame) / 12 * 104_729 + frame / 12 * 31)
            block = (block ^ block >> 7) &* 0x9E37_79B9_7F4A_7C15
            let scene = Double(40 + block >> 40 % 160)
            return UInt8((isSign(x, y) ? scene * (1 - alpha) + 235 * alpha : scene).rounded())
        }
        for row in 0..<120 {
            for column in 0..<216 where isSign(2 * column, 2 * row) {
                picture.cb[row * 216 + column] = UInt8(128 * (1 - alpha) + 200 * alpha)
            }
        }
        return picture
    }

    private func isSign(_ x: Int, _ y: Int) -> Bool { x >= 370 && x < 410 && y >= 20 && y < 44 }

    @Test("what a half transparent overlay is made of is found out, and not told any more when it is gone")
    func estimate() throws {
        let plugin = try MaskLogo(
            PluginSetting.values(of: MaskLogo.settings, ["first": "40", "alpha": "estimate"]))
        let plain = try MaskLogo(PluginSetting.values(of: MaskLogo.settings, ["first": "40"]))
        var mask: [UInt8] = []
        for frame in 0..<420 {
            mask = try signed(frame).mask(by: plugin)
            if frame < 60 { _ = try signed(frame).mask(by: plain) }
        }
        #expect(plain.overlays.isEmpty)
        let overlay = try #require(plugin.overlays.first)
        #expect(plugin.overlays.count == 1)
        let (luma, chroma) = (overlay.luma, try #require(overlay.chroma))
        var (known, errors, colors): (Int, Double, Double) = (0, 0, 0)
        for y in 22..<42 {
            for x in 372..<408 {
                let pixel = (y - overlay.y) * overlay.width + x - overlay.x
                #expect(mask[y * Self.width + x] != 0)
                guard luma.alpha[pixel] > 0 else { continue }
                known += 1
                errors += abs(Double(luma.alpha[pixel]) - 0.5)
                colors += Double(luma.colors[0][pixel])
                let square = (y - overlay.y) / 2 * ((overlay.width + 1) / 2) + (x - overlay.x) / 2
                if chroma.alpha[square] > 0 { #expect(abs(chroma.colors[0][square] - 100) < 12) }
            }
        }
        #expect(known > 650)
        #expect(errors / Double(known) < 0.06 && abs(colors / Double(known) - 117.5) < 8)
        // Cut or not, it stays known; when it is gone it is not taken away any longer.
        plugin.flush()
        for frame in 420..<424 { _ = try signed(frame).mask(by: plugin) }
        #expect(plugin.overlays.count == 1)
        for frame in 424..<440 { _ = try signed(frame, alpha: 0).mask(by: plugin) }
        #expect(plugin.overlays.isEmpty)
    }

    @Test("an opaque overlay stays a hole")
    func opaque() throws {
        let plugin = try MaskLogo(
            PluginSetting.values(of: MaskLogo.settings, ["first": "40", "alpha": "estimate"]))
        for frame in 0..<300 { _ = try picture(frame).mask(by: plugin) }
        #expect(plugin.overlays.isEmpty)
        for frame in 300..<305 {
            #expect(intersectionOverUnion(try picture(frame).mask(by: plugin), box) > 0.5)
        }
    }

    @Test("settings that never mark anything are refused")
    func refused() {
        #expect(throws: PluginProblem.self) {
            try MaskLogo(PluginSetting.values(of: MaskLogo.settings, ["first": "50", "learn": "20"]))
        }
    }
}
