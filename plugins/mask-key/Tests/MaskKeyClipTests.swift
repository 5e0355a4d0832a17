import MaskKey
import PluginFixtures
import PluginKit
import Testing

/// A green panel before real clips, with a sensor's noise.
@Suite(.enabled(if: !EvaluationClip.all.isEmpty)) struct MaskKeyClipTests {
    private static let panel = (x: 100..<220, y: 60..<150)

    @Test("the panel is found in every clip, and next to nothing beside it")
    func panel() throws {
        let (x, y) = Self.panel
        let drawn =
            "drawbox=x=\(x.lowerBound):y=\(y.lowerBound):w=\(x.count):h=\(y.count):color=0x00b140:t=fill,noise=alls=8:allf=t"
        let truth: [UInt8] = (0..<EvaluationClip.width * EvaluationClip.height).map { pixel in
            x.contains(pixel % EvaluationClip.width) && y.contains(pixel / EvaluationClip.width) ? 255 : 0
        }
        let plugin = try MaskKey(PluginSetting.values(of: MaskKey.settings, ["color": "00b140", "tolerance": "30"]))
        let agreements = try EvaluationClip.all.map { clip in
            let each = try clip.frames(through: drawn).map {
                intersectionOverUnion(try $0.mask(by: plugin, matrix: .bt601), truth)
            }
            return (name: clip.name, value: each.reduce(0, +) / Double(each.count))
        }
        print("mask-key, intersection over union: \(agreements.map { "\($0.name) \($0.value)" })")
        #expect(agreements.allSatisfy { $0.value > 0.9 })
    }
}
