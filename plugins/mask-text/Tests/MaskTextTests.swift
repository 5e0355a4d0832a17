import MaskText
import PluginFixtures
import PluginKit
import Testing

@Suite struct MaskTextTests {
    private static let (width, height) = (432, 240)

    /// Broad shapes that move, and below them a line of strokes three pixels wide.
    private func picture(_ frame: Int, hasText: Bool) -> PluginPictures {
        PluginPictures(width: Self.width, height: Self.height) { x, y in
            let scene = 70 + ((x + 3 * frame) / 40 * 23 + y / 40 * 41) % 80
            guard hasText, x >= 80, x < 340, y >= 200, y < 216 else { return UInt8(scene) }
            return (x - 80) % 9 < 3 || (y - 200) % 13 < 3 && (x - 80) % 27 < 16 ? 240 : UInt8(scene)
        }
    }

    private var line: [UInt8] {
        (0..<Self.width * Self.height).map { index in
            let (x, y) = (index % Self.width, index / Self.width)
            return x >= 80 && x < 340 && y >= 200 && y < 216 ? 255 : 0
        }
    }

    @Test("a line of text is found once it has stood, and is held for a while when it is gone")
    func text() throws {
        let plugin = MaskText(
            PluginSetting.values(of: MaskText.settings, ["persistence": "3", "hold": "2", "grow": "0"]))
        for frame in 0..<5 { #expect(try picture(frame, hasText: false).mask(by: plugin).allSatisfy { $0 == 0 }) }
        var masks: [[UInt8]] = []
        for frame in 5..<12 { masks.append(try picture(frame, hasText: true).mask(by: plugin)) }
        #expect(masks[..<2].allSatisfy { !$0.contains(255) })
        #expect(masks[3...].allSatisfy { intersectionOverUnion($0, line) > 0.6 })
        let after = try (12..<22).map { try picture($0, hasText: false).mask(by: plugin).contains(255) }
        #expect(after.first == true && after.last == false)
        // It goes out once.
        #expect(zip(after, after.dropFirst()).allSatisfy { $0 || !$1 })
    }

    @Test("only the part of the frame that was asked for is looked at")
    func place() throws {
        for (place, isFound) in [("bottom", true), ("top", false)] {
            let plugin = MaskText(PluginSetting.values(of: MaskText.settings, ["where": place]))
            var mask: [UInt8] = []
            for frame in 0..<6 { mask = try picture(frame, hasText: true).mask(by: plugin) }
            #expect(mask.contains(255) == isFound)
        }
    }

    @Test("a frame too small for any text has none")
    func tiny() throws {
        let plugin = MaskText(PluginSetting.values(of: MaskText.settings))
        for size in [1, 3, 7] {
            let tiny = PluginPictures(width: size, height: size) { x, y in UInt8(x * y) }
            #expect(try tiny.mask(by: plugin).allSatisfy { $0 == 0 })
        }
    }
}
