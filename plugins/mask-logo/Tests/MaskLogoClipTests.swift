import MaskLogo
import PluginFixtures
import PluginKit
import Testing

/// Overlays burnt into real clips, one after the other as a channel shows them.
@Suite(.enabled(if: !EvaluationClip.all.isEmpty)) struct MaskLogoClipTests {
    private static let overlays = [
        (
            name: "letters, 85 % opaque",
            filter: "drawtext=text='NEWS':font=Sans:fontsize=24:fontcolor=white@0.85:x=346:y=18", least: 0.5
        ),
        (
            name: "a ring, half transparent",
            filter: "drawtext=text='O':font=Sans:fontsize=48:fontcolor=white@0.5:x=20:y=12", least: 0.5
        ),
        (
            name: "a sign with letters",
            filter:
                "drawbox=x=20:y=190:w=74:h=30:color=red@0.9:t=fill,drawtext=text='LIVE':font=Sans:fontsize=22:fontcolor=white:x=27:y=196",
            least: 0.4
        ),
    ]

    @Test("overlays are found by themselves in a minute of different scenes, and nothing beside them")
    func channel() throws {
        let all = Self.overlays.map(\.filter).joined(separator: ",")
        let plugin = try MaskLogo(PluginSetting.values(of: MaskLogo.settings))
        var mask: [UInt8] = []
        for clip in EvaluationClip.all {
            for frame in try clip.frames(through: all) { mask = try frame.mask(by: plugin) }
        }
        let first = try #require(EvaluationClip.all.first)
        let clean = try first.frames()
        var surroundings: [[UInt8]] = []
        for overlay in Self.overlays {
            let box = try boxOfDifference(first.frames(through: overlay.filter), clean)
            // What lies near another overlay is not this one's.
            let near = grown(box, by: 12)
            surroundings.append(near)
            let own = zip(mask, near).map { $0 & $1 }
            let agreement = intersectionOverUnion(own, box)
            print("mask-logo, intersection over union: \(overlay.name) \(agreement)")
            #expect(agreement > overlay.least, "\(overlay.name)")
        }
        let elsewhere = mask.indices.filter { index in
            mask[index] != 0 && !surroundings.contains { $0[index] != 0 }
        }
        #expect(elsewhere.count < 200, "pixels marked beside the overlays")
    }

    /// The box with a margin on each side.
    private func grown(_ box: [UInt8], by margin: Int) -> [UInt8] {
        let (width, height) = (EvaluationClip.width, EvaluationClip.height)
        let inside = box.indices.filter { box[$0] != 0 }
        let columns = inside.map { $0 % width }
        let rows = inside.map { $0 / width }
        guard let left = columns.min(), let right = columns.max(), let top = rows.min(), let bottom = rows.max()
        else { return box }
        return (0..<width * height).map { index in
            let (x, y) = (index % width, index / width)
            return (left - margin...right + margin).contains(x) && (top - margin...bottom + margin).contains(y)
                ? 255 : 0
        }
    }
}
