import Kernels
import Testing

/// The convolution to three channels, at every level, against a loop over every tap.
@Suite struct PictureConvolutionTests {
    private static let windows = [
        SlidingWindow(channels: 16, height: 1, width: 1, kernel: 3, padding: 1),
        SlidingWindow(channels: 16, height: 5, width: 7, kernel: 3, padding: 1),
        SlidingWindow(channels: 32, height: 3, width: 40, kernel: 3, padding: 1),
        SlidingWindow(channels: 64, height: 4, width: 11, kernel: 3, padding: 1),
        SlidingWindow(channels: 16, height: 9, width: 23, kernel: 3, stride: 2, padding: 1),
        SlidingWindow(channels: 16, height: 7, width: 26, kernel: 3, dilation: 2, padding: 2),
        SlidingWindow(channels: 48, height: 3, width: 9, kernel: 1, padding: 0),
        SlidingWindow(channels: 16, height: 6, width: 31, kernel: 5, stride: 3, dilation: 2, padding: 4),
        SlidingWindow(channels: 0, height: 4, width: 19, kernel: 3, padding: 1),
        SlidingWindow(channels: 16, height: 3, width: 0, kernel: 3, padding: 1),
    ]

    @Test("pixels are sums over the taps on the map", arguments: KernelLevel.available, windows)
    func pixels(level: KernelLevel, window: SlidingWindow) throws {
        let map = numbers(window.channels * window.height * window.width, seed: 1)
        let weights = numbers(3 * window.depth, seed: 2)
        let bias = numbers(3, seed: 3)
        for rows in [0..<window.outputHeight, window.outputHeight / 2..<window.outputHeight, 0..<0] {
            let picture = GuardedBuffer(count: 3 * rows.count * window.outputWidth)
            map.withUnsafeBufferPointer { map in
                weights.withUnsafeBufferPointer { weights in
                    bias.withUnsafeBufferPointer { bias in
                        level.makePicture(
                            window, of: map, weights: weights, bias: bias, slope: 0.2, rows: rows,
                            into: picture.values)
                    }
                }
            }
            #expect(picture.isIntact)
            for (index, value) in picture.array.enumerated() {
                let (place, output) = index.quotientAndRemainder(dividingBy: 3)
                let (row, x) = place.quotientAndRemainder(dividingBy: window.outputWidth)
                let sum = Double(bias[output]) + taps(window, map, weights, rows.lowerBound + row, x, output)
                let want = sum > 0 ? sum : 0.2 * sum
                try #require(abs(Double(value) - want) < 1e-4, "[\(row), \(x), \(output)]: \(value), want \(want)")
            }
        }
    }

    private func taps(
        _ window: SlidingWindow, _ map: [Float], _ weights: [Float], _ y: Int, _ x: Int, _ output: Int
    ) -> Double {
        var sum = 0.0
        for ky in 0..<window.kernel {
            for kx in 0..<window.kernel {
                let row = y * window.stride + ky * window.dilation - window.padding
                let column = x * window.stride + kx * window.dilation - window.padding
                guard (0..<window.height).contains(row), (0..<window.width).contains(column) else { continue }
                for channel in 0..<window.channels {
                    let weight = ((ky * 3 + output) * window.kernel + kx) * window.channels + channel
                    let value = (row * window.width + column) * window.channels + channel
                    sum += Double(weights[weight]) * Double(map[value])
                }
            }
        }
        return sum
    }
}
