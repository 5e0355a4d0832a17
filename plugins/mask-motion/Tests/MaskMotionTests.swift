import MaskMotion
import PluginFixtures
import PluginKit
import Testing

@Suite struct MaskMotionTests {
    private static let (width, height) = (320, 180)

    /// A still scene with noise, in which a square moves; the camera drifts by whole pixels.
    private func picture(_ frame: Int, square: (x: Int, y: Int)?, drift: Int = 0) -> PluginPictures {
        var noise = UInt32(truncatingIfNeeded: frame &* 7919 &+ 1)
        return PluginPictures(width: Self.width, height: Self.height) { x, y in
            noise = noise &* 1_664_525 &+ 1_013_904_223
            let place = (x + drift) / 8 &* 37 &+ y / 8 &* 91
            let scene = 60 + place % 90
            let inside = square.map { x >= $0.x && x < $0.x + 40 && y >= $0.y && y < $0.y + 40 } ?? false
            return UInt8((inside ? 230 : scene) + Int(noise >> 24) % 7)
        }
    }

    private func box(_ x: Int, _ y: Int, grow: Int = 0) -> [UInt8] {
        (0..<Self.width * Self.height).map { index in
            let (column, row) = (index % Self.width, index / Self.width)
            return column >= x - grow && column < x + 40 + grow && row >= y - grow && row < y + 40 + grow ? 255 : 0
        }
    }

    @Test("what moves before a still camera is found, and nothing else", arguments: [0, 1])
    func moving(drift: Int) throws {
        let plugin = MaskMotion(PluginSetting.values(of: MaskMotion.settings, ["grow": "0", "hold": "0"]))
        for frame in 0..<30 {
            let mask = try picture(frame, square: nil, drift: drift * frame / 2).mask(by: plugin)
            if drift == 0 || frame < 20 { #expect(mask.count { $0 != 0 } < 60, "frame \(frame)") }
        }
        for frame in 30..<50 {
            let x = 20 + 5 * (frame - 30)
            let mask = try picture(frame, square: (x, 70), drift: drift * frame / 2).mask(by: plugin)
            let agreement = intersectionOverUnion(mask, box(x, 70))
            #expect(agreement > (drift == 0 ? 0.85 : 0.6), "frame \(frame): \(agreement)")
        }
    }

    @Test("what was found is held for so many frames")
    func hold() throws {
        let plugin = MaskMotion(PluginSetting.values(of: MaskMotion.settings, ["grow": "0", "hold": "3"]))
        for frame in 0..<20 { _ = try picture(frame, square: nil).mask(by: plugin) }
        #expect(try picture(20, square: (100, 70)).mask(by: plugin).contains(255))
        let after = try (21..<26).map { try picture($0, square: nil).mask(by: plugin).contains(255) }
        #expect(after == [true, true, true, false, false])
    }

    @Test("growing goes to every side")
    func grow() throws {
        let plugin = MaskMotion(PluginSetting.values(of: MaskMotion.settings, ["grow": "10", "hold": "0"]))
        for frame in 0..<20 { _ = try picture(frame, square: nil).mask(by: plugin) }
        let mask = try picture(20, square: (100, 70)).mask(by: plugin)
        #expect(intersectionOverUnion(mask, box(100, 70, grow: 10)) > 0.85)
    }

    @Test("after a cut to another scene what moves in that is found")
    func cut() throws {
        let plugin = MaskMotion(PluginSetting.values(of: MaskMotion.settings, ["grow": "0", "hold": "0"]))
        for frame in 0..<20 { _ = try picture(frame, square: nil).mask(by: plugin) }
        let other = PluginPictures(width: Self.width, height: Self.height) { x, y in UInt8(220 - (x * y) % 60) }
        for frame in 0..<20 { #expect(try other.mask(by: plugin).allSatisfy { $0 == 0 }, "frame \(frame)") }
        var moved = other
        for y in 70..<110 { for x in 100..<140 { moved.luma[y * Self.width + x] = 20 } }
        #expect(intersectionOverUnion(try moved.mask(by: plugin), box(100, 70)) > 0.85)
    }

    @Test("after a flush, and for another size, it begins anew")
    func flush() throws {
        let plugin = MaskMotion(PluginSetting.values(of: MaskMotion.settings))
        for frame in 0..<10 { _ = try picture(frame, square: nil).mask(by: plugin) }
        plugin.flush()
        #expect(try picture(10, square: (100, 70)).mask(by: plugin).allSatisfy { $0 == 0 })
        let small = PluginPictures(width: 3, height: 2) { x, y in UInt8(x + y) }
        for _ in 0..<3 { #expect(try small.mask(by: plugin).count == 6) }
    }
}
