import Foundation
import Frames
import Testing

import Evaluation

/// Gives every frame back as it came, with one value added.
private struct Shift: ClipFill {
    let name: String
    let amount: UInt8

    func fill(_ frames: [RGBPicture], holes: [Mask]) -> FilledClip {
        FilledClip {
            frames.map { frame in
                RGBPicture(width: frame.width, height: frame.height, pixels: frame.pixels.map { $0 / 2 + amount })
            }
        }
    }
}

@Suite struct EvaluationTests {
    @Test("a row for each clip, mask and fill, and their means")
    func rows() throws {
        try withDataset { dataset in
            for name in ["a", "b"] { try dataset.addClip(name, (0..<4).map { TestClips.truth(45, 31, $0) }) }
            // Fewer masks than frames, and none for the clip itself.
            try dataset.addMasks("b", (0..<3).map { frame in TestClips.mask(45, 31) { x, _ in x < 5 + frame } })
            let data = try Dataset(clips: dataset.clips, masks: dataset.masks)
            var plan = Evaluation.Plan(clips: data.clips, masks: ProtocolMask.allCases)
            plan.sheets = try SheetFolder(dataset.folder + "/sheets")
            var steps: [String] = []
            let report = try Evaluation(
                data, plan: plan, fills: [Shift(name: "shift", amount: 3), ClassicalFills.telea]
            )
            .run { next, done, total in steps.append("\(done)/\(total) \(next)") }

            // b lends its masks to a, and none are left for b.
            #expect(
                report.rows.map { "\($0.clip) \($0.mask) \($0.fill)" }.filter { $0.contains("shift") }
                    == [
                        "a logo shift", "a subtitle shift", "a centre shift", "a moving shift", "b logo shift",
                        "b subtitle shift", "b centre shift",
                    ])
            #expect(steps.first == "0/14 a" && steps.last == "13/14 b, centre, telea")
            #expect(report.rows.filter { $0.mask == .moving }.map(\.holePixels) == [(5 + 6 + 7 + 5) * 31, 23 * 31])
            let means = report.means.filter { $0.fill == "shift" }
            #expect(means.map(\.mask) == [.logo, .subtitle, .centre, .moving, nil])
            #expect(means.map(\.cases) == [2, 2, 2, 1, 7])
            let psnr = report.rows.filter { $0.fill == "shift" }.compactMap(\.figures.psnr)
            #expect(abs(try #require(means[4].figures.psnr) - psnr.reduce(0, +) / 7) < 1e-9)
            #expect(report.text.contains("masks SHA-256 \(report.masksSHA256)"))
            let sheets = try FileManager.default.contentsOfDirectory(atPath: dataset.folder + "/sheets")
            #expect(sheets.count == 14 && sheets.contains("a-moving-telea.png"))
            let sheet = try PictureCodec.rgb(
                [UInt8](try #require(FileManager.default.contents(atPath: dataset.folder + "/sheets/a-logo-shift.png")))
            )
            #expect(sheet.width == 4 * 45 + 12 && sheet.height == 4 * 31 + 12)
        }
    }

    @Test("every so many frames are measured, and all are filled; the masks' hash is of all of them")
    func every() throws {
        try withDataset { dataset in
            try dataset.addClip("a", (0..<7).map { TestClips.truth(45, 31, $0) })
            let data = try Dataset(clips: dataset.clips, masks: nil)
            var plan = Evaluation.Plan(clips: ["a"], masks: [.logo])
            let all = try Evaluation(data, plan: plan, fills: [Shift(name: "s", amount: 3)]).run { _, _, _ in }
            plan.every = 3
            let some = try Evaluation(data, plan: plan, fills: [Shift(name: "s", amount: 3)]).run { _, _, _ in }
            #expect(all.rows[0].measuredFrames == 7 && some.rows[0].measuredFrames == 3)
            #expect(some.rows[0].frames == 7)
            #expect(some.rows[0].holePixels * 7 == all.rows[0].holePixels * 3)
            #expect(all.masksSHA256 == some.masksSHA256)
        }
    }

    @Test("masks without a hole, masks that are all hole, and a clip of one frame have rows")
    func extremes() throws {
        try withDataset { dataset in
            try dataset.addClip("a", [TestClips.truth(33, 17, 0)])
            try dataset.addClip("b", (0..<2).map { TestClips.truth(33, 17, $0) })
            try dataset.addMasks("b", [Mask(width: 33, height: 17)])
            try dataset.addMasks("c", [TestClips.mask(33, 17) { _, _ in true }])
            let data = try Dataset(clips: dataset.clips, masks: dataset.masks)
            let plan = Evaluation.Plan(clips: data.clips, masks: [.moving, .centre])
            let fills: [any ClipFill] =
                [try StageFill(name: "network", settings: try .measured())] + ClassicalFills.allCases
            let report = try Evaluation(data, plan: plan, fills: fills).run { _, _, _ in }
            #expect(report.rows.count == 4 * 5)
            for row in report.rows where row.clip == "a" {
                #expect(row.figures.warpError == nil && row.figures.warpRatio == nil)
                #expect((row.figures.psnr == nil) == (row.mask == .moving))
            }
            for row in report.rows where row.clip == "b" {
                #expect(try #require(row.figures.psnr).isFinite && row.holePixels > 0)
            }
            #expect(!report.text.contains("nan") && !report.text.contains("inf"))
        }
    }

    @Test("the same twice gives the same table", arguments: ["memory", "window"])
    func deterministic(session: String) throws {
        try withDataset { dataset in
            try dataset.addClip("a", (0..<8).map { TestClips.truth(96, 64, $0) })
            let data = try Dataset(clips: dataset.clips, masks: nil)
            let plan = Evaluation.Plan(clips: ["a"], masks: [.logo, .centre])
            let tables = try (0..<2).map { _ in
                try Evaluation(
                    data, plan: plan, fills: [StageFill(name: "network", settings: try .measured(session: session))]
                ).run { _, _, _ in }
            }
            let figures = tables.map { $0.rows.map(\.figures) }
            #expect(figures[0].map(\.psnr) == figures[1].map(\.psnr))
            #expect(figures[0].map(\.ssim) == figures[1].map(\.ssim))
            #expect(figures[0].map(\.sharpness) == figures[1].map(\.sharpness))
            #expect(figures[0].map(\.warpError) == figures[1].map(\.warpError))
            #expect(tables[0].masksSHA256 == tables[1].masksSHA256)
        }
    }

    @Test("the stage changes the hole alone, and takes its properties by name")
    func stage() throws {
        let frames = (0..<3).map { TestClips.truth(96, 64, $0) }
        let hole = TestClips.mask(96, 64) { x, y in (30..<50).contains(x) && (20..<40).contains(y) }
        let filled = try StageFill(name: "n", settings: try .measured()).fill(frames, holes: [hole, hole, hole])
        for (before, after) in zip(frames, filled.frames) {
            let differing = zip(before.pixels, after.pixels).enumerated().filter { $1.0 != $1.1 }
            let changed = Set(differing.map { $0.offset / 3 })
            #expect(changed.count > 300)
            #expect(changed.allSatisfy { hole.pixels[$0] != 0 })
        }
        func refusal(_ text: String) throws -> FrameError {
            try #require(throws: FrameError.self) {
                var settings = StageSettings()
                try settings.add(text)
                _ = try StageFill(name: "n", settings: settings).fill(frames, holes: [hole, hole, hole])
            }
        }
        #expect(try refusal("neighbours=3").detail.contains("did you mean neighbors?"))
        #expect(try refusal("neighbors=0").detail == "is \"0\", expected 1 to 30")
        #expect(try refusal("session=both").detail.contains("expected auto, memory, window"))
        #expect(try refusal("scene-cut=maybe").detail.contains("true or false"))
        #expect(try refusal("mask=rect:1,2,3,4").code == .badSetting)
        #expect(try refusal("stats=1").code == .badSetting)
        #expect(try refusal("neighbors").detail == "expected name=value")
        #expect(try refusal("weights=/nowhere.safetensors").code == .notFound)
        #expect(try refusal("region=1,2").code == .badSetting)
    }
}

extension StageSettings {
    /// What the command sets.
    fileprivate static func measured(session: String = "memory") throws -> StageSettings {
        var settings = StageSettings()
        for (name, value) in [("session", session), ("region", "auto"), ("grow", "0"), ("feather", "0")] {
            try settings.add(name, value)
        }
        return settings
    }
}
