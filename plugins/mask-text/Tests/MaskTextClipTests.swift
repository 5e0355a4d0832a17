import MaskText
import PluginFixtures
import PluginKit
import Testing

/// A line of text burnt into real clips.
@Suite(.enabled(if: !EvaluationClip.all.isEmpty)) struct MaskTextClipTests {
    private static let line =
        "drawtext=text='It takes away what was burnt in':font=Sans:fontsize=20:fontcolor=white:borderw=2"
        + ":bordercolor=black:x=(w-tw)/2:y=200"

    @Test("the line is found in every clip, against its box")
    func line() throws {
        var agreements: [(name: String, value: Double)] = []
        for clip in EvaluationClip.all {
            let frames = try clip.frames(through: Self.line)
            let box = try boxOfDifference(frames, clip.frames())
            let plugin = MaskText(PluginSetting.values(of: MaskText.settings))
            let each = try frames.map { intersectionOverUnion(try $0.mask(by: plugin), box) }
            // What it takes until strokes are known to stay is not counted.
            let settled = each.dropFirst(10)
            agreements.append((clip.name, settled.reduce(0, +) / Double(settled.count)))
        }
        let mean = agreements.map(\.value).reduce(0, +) / Double(agreements.count)
        print("mask-text, intersection over union: \(agreements.map { "\($0.name) \($0.value)" }), mean \(mean)")
        #expect(mean > 0.7)
        #expect(agreements.allSatisfy { $0.value > 0.5 })
    }
}
