import Frames
import Testing

import Evaluation

/// What protocol.py's own functions, and numpy's `gradient`, say of the same pictures.
struct MetricGolden: CustomTestStringConvertible, Sendable {
    enum Hole: Sendable { case shape, all, late }

    let width: Int
    let height: Int
    let hole: Hole
    let psnr: Double
    let ssim: Double
    let sharpness: Double

    var testDescription: String { "\(hole) of \(width)x\(height)" }

    func mask(_ frame: Int) -> Mask {
        TestClips.mask(width, height) { x, y in
            switch hole {
            case .all: true
            case .late: frame > 0 && y < 2 && x < 3
            case .shape:
                (height / 4..<height / 2).contains(y) && (width / 3..<width - 2).contains(x)
                    || y >= height / 4 && (width / 3 + frame..<width / 3 + 2 + frame).contains(x)
            }
        }
    }
}

@Suite struct MetricTests {
    static let goldens = [
        MetricGolden(
            width: 37, height: 23, hole: .shape, psnr: 10.5058513650, ssim: 0.3507886904, sharpness: 0.9571737783),
        MetricGolden(
            width: 37, height: 23, hole: .all, psnr: 10.1893819952, ssim: 0.3607533365, sharpness: 0.7705322302),
        MetricGolden(
            width: 37, height: 23, hole: .late, psnr: 31.7961190529, ssim: 0.9700546847, sharpness: 0.9517555254),
        // Smaller than the window: the mirror is looked into more than once.
        MetricGolden(
            width: 5, height: 4, hole: .all, psnr: 26.8814162426, ssim: 0.9742339132, sharpness: 0.8523118138),
        MetricGolden(
            width: 24, height: 1, hole: .all, psnr: 23.4547225528, ssim: 0.9828982560, sharpness: 0.8571428571),
    ]

    @Test("PSNR, SSIM and sharpness are numpy's", arguments: goldens)
    func golden(golden: MetricGolden) throws {
        var error = HoleError()
        var similarity = HoleSimilarity()
        var sharpness = HoleSharpness()
        for frame in 0..<3 {
            let fill = TestClips.fill(golden.width, golden.height, frame)
            let truth = TestClips.truth(golden.width, golden.height, frame)
            error.add(fill, truth, hole: golden.mask(frame))
            similarity.add(fill, truth, hole: golden.mask(frame))
            sharpness.add(fill, truth, hole: golden.mask(frame))
        }
        #expect(abs(try #require(error.psnr) - golden.psnr) < 1e-8)
        #expect(abs(try #require(similarity.ssim) - golden.ssim) < 1e-8)
        #expect(abs(try #require(sharpness.ratio) - golden.sharpness) < 1e-8)
    }

    @Test("without a hole there is nothing to tell")
    func noHole() {
        let (fill, truth, none) = (TestClips.fill(9, 7, 0), TestClips.truth(9, 7, 0), Mask(width: 9, height: 7))
        var error = HoleError()
        var similarity = HoleSimilarity()
        var sharpness = HoleSharpness()
        error.add(fill, truth, hole: none)
        similarity.add(fill, truth, hole: none)
        sharpness.add(fill, truth, hole: none)
        #expect(error.psnr == nil && similarity.ssim == nil && sharpness.ratio == nil)
    }

    @Test("a perfect fill has the greatest figures")
    func perfect() throws {
        let (truth, all) = (TestClips.truth(20, 12, 0), TestClips.mask(20, 12) { _, _ in true })
        var error = HoleError()
        var similarity = HoleSimilarity()
        var sharpness = HoleSharpness()
        error.add(truth, truth, hole: all)
        similarity.add(truth, truth, hole: all)
        sharpness.add(truth, truth, hole: all)
        // 10 log10(255² / 1e-9)
        #expect(abs(try #require(error.psnr) - 138.1308) < 1e-3)
        #expect(abs(try #require(similarity.ssim) - 1) < 1e-12)
        #expect(sharpness.ratio == 1)
    }

    @Test("a blurred fill is less sharp than the truth, and a flat one not at all")
    func blur() throws {
        let truth = TestClips.picture(32, 16) { x, y, _ in (x / 2 + y / 2) % 2 * 200 }
        let blurred = TestClips.picture(32, 16) { x, y, _ in (x / 2 + y / 2) % 2 * 50 + 75 }
        let hole = TestClips.mask(32, 16) { x, y in (4..<28).contains(x) && (4..<12).contains(y) }
        var sharpness = HoleSharpness()
        sharpness.add(blurred, truth, hole: hole)
        #expect(abs(try #require(sharpness.ratio) - 0.25) < 1e-12)
        var flat = HoleSharpness()
        flat.add(TestClips.picture(32, 16) { _, _, _ in 90 }, truth, hole: hole)
        #expect(flat.ratio == 0)
        var undefined = HoleSharpness()
        undefined.add(truth, TestClips.picture(32, 16) { _, _, _ in 90 }, hole: hole)
        #expect(undefined.ratio == nil)
    }

    @Test("the warping error of a fill that stands still in a moving clip is the motion's")
    func warp() throws {
        // Each frame is the one before it, one pixel further left; luma rises by 4 a pixel.
        let frames = (0..<2).map { frame in TestClips.picture(40, 24) { x, _, _ in 4 * (x + frame) } }
        let motion = KnownMotion(
            flow: FlowField(width: 40, height: 24, vectors: .init(repeating: [1, 0], count: 40 * 24)),
            isKnown: (0..<40 * 24).map { $0 % 40 < 39 })
        let hole = TestClips.mask(40, 24) { x, y in x >= 30 && y >= 10 }
        var moving = WarpError()
        moving.add(
            fill: frames[1], truth: frames[1], before: (frames[0], frames[0]), hole: hole, motion: motion)
        #expect(moving.fill == 0 && moving.truth == 0)
        var standing = WarpError()
        standing.add(
            fill: frames[0], truth: frames[1], before: (frames[0], frames[0]), hole: hole, motion: motion)
        #expect(abs(try #require(standing.fill) - 16 / (255.0 * 255)) < 1e-9)
        #expect(standing.truth == 0)
        var unknown = WarpError()
        unknown.add(
            fill: frames[0], truth: frames[1], before: (frames[0], frames[0]), hole: hole,
            motion: KnownMotion(flow: motion.flow, isKnown: .init(repeating: false, count: 40 * 24)))
        #expect(unknown.fill == nil && unknown.truth == nil)
    }
}
