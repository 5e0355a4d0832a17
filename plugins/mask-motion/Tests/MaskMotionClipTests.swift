import MaskMotion
import PluginFixtures
import PluginKit
import Testing

/// Real objects, before a camera that stands still and before the cameras that took them.
@Suite(.enabled(if: EvaluationClip.all.contains(where: \.hasMasks))) struct MaskMotionClipTests {
    /// The object of one clip laid over one frame of another, with a sensor's noise.
    ///
    /// None of the clips has a camera that stands still.
    private func standing(_ object: EvaluationClip, before scene: EvaluationClip) throws -> [(PluginPictures, [UInt8])]
    {
        let still = try #require(try scene.frames().first)
        var noise = SplitMix(state: 7)
        let empty = (0..<48).map { _ in (still, [UInt8](repeating: 0, count: still.luma.count)) }
        let moving = zip(try object.frames(), try object.masks()).map { frame, mask in
            var picture = still
            for index in mask.indices where mask[index] != 0 { picture.luma[index] = frame.luma[index] }
            return (picture, mask)
        }
        return (empty + moving).map { picture, mask in
            var noisy = picture
            for index in noisy.luma.indices {
                noisy.luma[index] = UInt8(clamping: Int(noisy.luma[index]) + noise.aroundZero())
            }
            return (noisy, mask)
        }
    }

    @Test("an object before a camera that stands still is found, against its mask")
    func still() throws {
        let objects = EvaluationClip.all.filter(\.hasMasks)
        var agreements: [(name: String, value: Double)] = []
        for (index, object) in objects.enumerated() {
            let scene = objects[(index + 1) % objects.count]
            let frames = try standing(object, before: scene)
            let plugin = MaskMotion(PluginSetting.values(of: MaskMotion.settings, ["grow": "0", "hold": "0"]))
            let each = try frames.map { (try $0.mask(by: plugin), $1) }.dropFirst(48)
            let values = each.filter { $1.contains(255) }.map(intersectionOverUnion)
            agreements.append((object.name, values.reduce(0, +) / Double(values.count)))
        }
        let mean = agreements.map(\.value).reduce(0, +) / Double(agreements.count)
        print("mask-motion, still camera: \(agreements.map { "\($0.name) \($0.value)" }), mean \(mean)")
        #expect(mean > 0.75)
    }

    /// SplitMix64.
    ///
    /// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014.
    private struct SplitMix {
        var state: UInt64

        /// From −3 to 3, about as a sensor's noise of sigma 1.4.
        mutating func aroundZero() -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = state
            bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
            bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
            return (bits & 0x3F).nonzeroBitCount - 3
        }
    }
}
