internal import Frames

/// Measures fills on a data set by the protocol: known pictures under fixed masks.
package struct Evaluation {
    /// What is measured.
    package struct Plan: Sendable {
        /// In the table's order.
        package var clips: [String]
        package var masks: [ProtocolMask]
        /// Every how many frames one is measured; all of them are streamed.
        package var every = 1
        /// Where a contact sheet of each case goes; nil for none.
        package var sheets: SheetFolder?

        package init(clips: [String], masks: [ProtocolMask]) {
            self.clips = clips
            self.masks = masks
        }
    }

    private let dataset: Dataset
    private let plan: Plan
    private let fills: [any ClipFill]

    package init(_ dataset: Dataset, plan: Plan, fills: [any ClipFill]) {
        self.dataset = dataset
        self.plan = plan
        self.fills = fills
    }

    /// - Parameter progress: told what comes next, and after how many cases of how many.
    ///
    /// Throws: `FrameError` for a file or a setting that cannot be used; `PipelineError` where a sheet cannot be written.
    package func run(progress: (_ next: String, _ done: Int, _ total: Int) -> Void) throws -> EvaluationReport {
        var rows: [EvaluationReport.Row] = []
        var digest = MaskDigest()
        let cases = plan.clips.map { clip in plan.masks.filter { $0 != .moving || lender(for: clip) != nil } }
        let total = cases.map(\.count).reduce(0, +) * fills.count
        for (name, masks) in zip(plan.clips, cases) {
            progress(name, rows.count, total)
            let clip = try dataset.clip(name)
            let motions = ClipMotions(clip.frames, every: plan.every)
            for mask in masks {
                let holes = try holes(of: mask, over: clip)
                for hole in holes { digest.add(hole) }
                for fill in fills {
                    progress("\(name), \(mask.rawValue), \(fill.name)", rows.count, total)
                    let filled = try fill.fill(clip.frames, holes: holes)
                    rows.append(measure(filled, of: clip, under: mask, holes, by: fill.name, motions))
                    try writeSheet(of: filled, of: clip, under: mask, holes, by: fill.name)
                }
            }
        }
        return EvaluationReport(rows: rows, masksSHA256: digest.finish())
    }

    private func lender(for clip: String) -> String? {
        ProtocolMask.lender(for: clip, among: dataset.masked)
    }

    /// A hole a frame. Object masks are repeated from the first one where there are fewer than frames.
    private func holes(of mask: ProtocolMask, over clip: Dataset.Clip) throws -> [Mask] {
        guard let first = clip.frames.first else { return [] }
        if let hole = mask.stationary(width: first.width, height: first.height) {
            return Array(repeating: hole, count: clip.frames.count)
        }
        guard let lender = lender(for: clip.name) else { return [] }
        let masks = try dataset.objectMasks(lender, width: first.width, height: first.height)
        return clip.frames.indices.map { masks[$0 % masks.count] }
    }

    private func measure(
        _ filled: FilledClip, of clip: Dataset.Clip, under mask: ProtocolMask, _ holes: [Mask], by fill: String,
        _ motions: ClipMotions
    ) -> EvaluationReport.Row {
        var error = HoleError()
        var similarity = HoleSimilarity()
        var sharpness = HoleSharpness()
        var warp = WarpError()
        let measured = stride(from: 0, to: clip.frames.count, by: plan.every)
        for index in measured {
            let (fill, truth, hole) = (filled.frames[index], clip.frames[index], holes[index])
            error.add(fill, truth, hole: hole)
            similarity.add(fill, truth, hole: hole)
            sharpness.add(fill, truth, hole: hole)
            guard !hole.isEmpty, let motion = motions[index] else { continue }
            warp.add(
                fill: fill, truth: truth, before: (filled.frames[index - 1], clip.frames[index - 1]), hole: hole,
                motion: motion)
        }
        let seconds = Double(filled.time.components.seconds) + Double(filled.time.components.attoseconds) * 1e-18
        return EvaluationReport.Row(
            clip: clip.name, mask: mask, fill: fill, frames: clip.frames.count, measuredFrames: Array(measured).count,
            holePixels: error.pixels,
            figures: EvaluationReport.Figures(
                psnr: error.psnr, ssim: similarity.ssim, sharpness: sharpness.ratio, warpError: warp.fill,
                warpErrorTruth: warp.truth, secondsPerFrame: seconds / Double(clip.frames.count)))
    }

    private func writeSheet(
        of filled: FilledClip, of clip: Dataset.Clip, under mask: ProtocolMask, _ holes: [Mask], by fill: String
    ) throws {
        guard let folder = plan.sheets,
            let sheet = ContactSheet(truth: clip.frames, fill: filled.frames, holes: holes).picture
        else { return }
        try folder.write(sheet, named: "\(clip.name)-\(mask.rawValue)-\(fill)")
    }
}
