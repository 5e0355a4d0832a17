import Kernels
import Testing

/// The kernels that run over maps.
@Suite struct MapTests {
    @Test(
        "a window sees its taps, and zeros outside the map",
        arguments: [
            SlidingWindow(channels: 1, height: 1, width: 1, kernel: 3, padding: 1),
            SlidingWindow(channels: 3, height: 5, width: 7, kernel: 3, padding: 1),
            SlidingWindow(channels: 2, height: 4, width: 6, kernel: 3, stride: 2, padding: 1),
            SlidingWindow(channels: 2, height: 5, width: 9, kernel: 3, stride: 2, padding: 1),
            SlidingWindow(channels: 2, height: 3, width: 3, kernel: 3, dilation: 2, padding: 2),
            SlidingWindow(channels: 1, height: 6, width: 1, kernel: 3, dilation: 2, padding: 2),
            SlidingWindow(channels: 1, height: 2, width: 2, kernel: 5, stride: 3, padding: 4),
            SlidingWindow(channels: 2, height: 5, width: 6, kernel: 1, padding: 0),
            SlidingWindow(channels: 0, height: 5, width: 6, kernel: 3, padding: 1),
            SlidingWindow(channels: 2, height: 5, width: 0, kernel: 3, padding: 1),
        ])
    func windows(window: SlidingWindow) throws {
        let map = numbers(window.channels * window.height * window.width)
        let all = window.outputHeight * window.outputWidth
        for places in [0..<all, 0..<0, all / 3..<all, all / 2..<min(all / 2 + 1, all)] {
            let rows = GuardedBuffer(count: window.depth * places.count)
            map.withUnsafeBufferPointer { window.writeRows(of: $0, places: places, into: rows.values) }
            #expect(rows.isIntact)
            for (index, value) in rows.array.enumerated() {
                let (place, depth) = index.quotientAndRemainder(dividingBy: window.depth)
                let (tap, channel) = depth.quotientAndRemainder(dividingBy: window.channels)
                let (ky, kx) = tap.quotientAndRemainder(dividingBy: window.kernel)
                let (row, column) = (places.lowerBound + place).quotientAndRemainder(dividingBy: window.outputWidth)
                let y = row * window.stride + ky * window.dilation - window.padding
                let x = column * window.stride + kx * window.dilation - window.padding
                let inside = (0..<window.height).contains(y) && (0..<window.width).contains(x)
                let want = inside ? map[(y * window.width + x) * window.channels + channel] : 0
                try #require(value == want, "\(window) places \(places), value \(index)")
            }
        }
    }

    @Test("a window's output has the size that PyTorch gives it")
    func outputSizes() {
        let halved = SlidingWindow(channels: 1, height: 5, width: 6, kernel: 3, stride: 2, padding: 1)
        #expect(halved.outputHeight == 3 && halved.outputWidth == 3)
        let dilated = SlidingWindow(channels: 1, height: 5, width: 6, kernel: 3, dilation: 2, padding: 2)
        #expect(dilated.outputHeight == 5 && dilated.outputWidth == 6)
        let small = SlidingWindow(channels: 1, height: 1, width: 2, kernel: 3, padding: 0)
        #expect(small.outputHeight == 0 && small.outputWidth == 0)
    }
}
