import Foundation
import Inpainting
import Kernels
import Testing

/// A scene of soft shapes that a camera pans over, with something before it that is to go.
private struct Pan {
    static let width = 192
    static let height = 96
    static let hole: [UInt8] = (0..<width * height).map { pixel in
        let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
        return (70..<130).contains(x) && (30..<66).contains(y) ? 1 : 0
    }

    static func picture(_ frame: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * width * height)
        for y in 0..<height {
            for x in 0..<width {
                let (a, b) = (Double(x + 3 * frame), Double(y))
                let light = 128 + 50 * sin(a / 17) * cos(b / 13) + 30 * sin((a + 2 * b) / 41)
                let edge: Double = Int(a / 24 + b / 40) % 3 == 0 ? 25 : 0
                for tint in [1.0, 0.9, 0.75] { bytes.append(UInt8(max(0, min(255, light * tint + edge)))) }
            }
        }
        return bytes
    }
}

@Suite struct PrecisionTests {
    /// The fills of a pan by the default weights.
    private func fills(_ precision: Precision, level: KernelLevel = .best) throws -> [[UInt8]] {
        let file = try WeightFile.embedded()
        let network = try STTN(
            weights: file, configuration: STTNConfiguration(of: file), threads: 2, precision: precision, level: level,
            expectedPixels: Pan.width * Pan.height)
        let session = MemorySession(network: network, width: Pan.width, height: Pan.height)
        return try (0..<14).map { frame in
            try #require(
                Pan.picture(frame).withUnsafeBytes { session.fill(picture: $0, hole: Pan.hole) })
        }
    }

    /// Units: dB over the holes of all frames.
    private func psnr(_ a: [[UInt8]], _ b: [[UInt8]]) -> Double {
        var sum = 0.0
        var count = 0
        for (a, b) in zip(a, b) {
            for index in a.indices where Pan.hole[index / 3] != 0 {
                let difference = Double(a[index]) - Double(b[index])
                sum += difference * difference
                count += 1
            }
        }
        return sum == 0 ? .infinity : 10 * log10(255 * 255 * Double(count) / sum)
    }

    @Test("the default weights' fill in bfloat16 is at least 45 dB from that in floats, at every level")
    func bfloat16() throws {
        let expected = try fills(.fp32)
        for level in KernelLevel.available where level >= .vector128 {
            let similarity = psnr(expected, try fills(.bf16, level: level))
            #expect(similarity >= 45, "\(level.name): \(similarity) dB")
            // Something must have been rounded.
            #expect(similarity < 90)
        }
    }

    @Test("bfloat16 halves what is kept")
    func bytes() throws {
        let held = try [Precision.fp32, .bf16].map { precision in
            let network = try STTN(
                weights: Clip.weights(Clip.tiny), configuration: Clip.tiny, threads: 1, precision: precision)
            let session = MemorySession(network, MemorySession.Sampling(), resetsOnSceneCut: false)
            let clip = Clip(3)
            for index in 0..<3 { _ = session.fill(clip, index) }
            return session.heldBytes
        }
        #expect(held[1] * 3 <= held[0] * 2)
    }
}
