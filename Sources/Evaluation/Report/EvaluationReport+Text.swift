internal import Frames
internal import Glibc

extension EvaluationReport {
    /// The table as people read it: all rows, then the means, then the masks' hash. Warping errors are shown in
    /// thousandths.
    package var text: String {
        let head = ["clip", "mask", "fill", "PSNR dB", "SSIM", "sharp", "warp e-3", "truth e-3", "ratio", "s/frame"]
        let rows = rows.map { [$0.clip.withoutControls, $0.mask.rawValue, $0.fill] + Self.cells($0.figures) }
        let means = means.map { mean in
            ["mean of \(mean.cases)", mean.mask?.rawValue ?? "all", mean.fill] + Self.cells(mean.figures)
        }
        return Self.columns([head] + rows + means) + "\nmasks SHA-256 \(masksSHA256)"
    }

    private static func cells(_ figures: Figures) -> [String] {
        [
            number(figures.psnr, 2), number(figures.ssim, 4), number(figures.sharpness, 3),
            number(figures.warpError.map { $0 * 1000 }, 3), number(figures.warpErrorTruth.map { $0 * 1000 }, 3),
            number(figures.warpRatio, 2), number(figures.secondsPerFrame, 4),
        ]
    }

    /// With as many digits behind the point; a dash where there is none.
    private static func number(_ value: Double?, _ digits: Int) -> String {
        guard let value, value.isFinite, abs(value) < 1e12 else { return "-" }
        let scale = pow(10, Double(digits))
        let whole = Int((abs(value) * scale).rounded())
        let part = String(whole % Int(scale))
        let zeros = String(repeating: "0", count: digits - part.count)
        return "\(value < 0 && whole > 0 ? "-" : "")\(whole / Int(scale)).\(zeros)\(part)"
    }

    /// Words to the left, numbers to the right.
    private static func columns(_ rows: [[String]]) -> String {
        let words = 3
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].count)
                return column < words ? row[column] + blanks : blanks + row[column]
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
