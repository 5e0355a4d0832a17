/// What an evaluation found: a row for each clip, mask and fill, and their means.
package struct EvaluationReport: Sendable {
    /// The figures of one case, or the means of several.
    package struct Figures: Encodable, Sendable {
        /// Inside the hole, of all measured frames together. Units: dB.
        package var psnr: Double?
        /// Inside the hole, of luma.
        package var ssim: Double?
        /// The mean gradient in the hole over that of the truth.
        package var sharpness: Double?
        /// The mean square difference to the frame before along the true motion. Units: squares of values from 0 to 1.
        package var warpError: Double?
        /// The same of the truth.
        package var warpErrorTruth: Double?
        package var secondsPerFrame: Double

        /// The fill's warping error over the truth's.
        package var warpRatio: Double? {
            guard let warpError, let warpErrorTruth, warpErrorTruth > 0 else { return nil }
            return warpError / warpErrorTruth
        }
    }

    /// One clip under one mask by one fill.
    package struct Row: Sendable {
        package let clip: String
        package let mask: ProtocolMask
        package let fill: String
        /// Frames of the clip, and those of them that were measured.
        package let frames: Int
        package let measuredFrames: Int
        /// Of the measured frames.
        package let holePixels: Int
        package let figures: Figures
    }

    /// The mean over clips.
    package struct Mean: Sendable {
        /// Nil is over all masks.
        package let mask: ProtocolMask?
        package let fill: String
        /// Rows that it is the mean of.
        package let cases: Int
        package let figures: Figures
    }

    package let rows: [Row]
    /// SHA-256 over all mask bits, as `MaskDigest` says.
    package let masksSHA256: String

    /// For each fill: of each mask, and of all where there are several. A figure that a case lacks is left out of its
    /// mean; the ratio of the warping errors is that of their means.
    package var means: [Mean] {
        var fills: [String] = []
        for row in rows where !fills.contains(row.fill) { fills.append(row.fill) }
        return fills.flatMap { fill in
            let mine = rows.filter { $0.fill == fill }
            let masks: [ProtocolMask?] = ProtocolMask.allCases.filter { mask in mine.contains { $0.mask == mask } }
            return (masks.count > 1 ? masks + [nil] : masks).map { mask in
                let cases = mine.filter { mask == nil || $0.mask == mask }
                return Mean(mask: mask, fill: fill, cases: cases.count, figures: Self.mean(cases.map(\.figures)))
            }
        }
    }

    private static func mean(_ figures: [Figures]) -> Figures {
        func mean(_ value: (Figures) -> Double?) -> Double? {
            let values = figures.compactMap(value)
            return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
        }
        return Figures(
            psnr: mean(\.psnr), ssim: mean(\.ssim), sharpness: mean(\.sharpness), warpError: mean(\.warpError),
            warpErrorTruth: mean(\.warpErrorTruth), secondsPerFrame: mean(\.secondsPerFrame) ?? 0)
    }
}
