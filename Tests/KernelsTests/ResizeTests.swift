import Kernels
import Testing

/// Doubled maps at every level of the kernels.
@Suite struct ResizeTests {
    @Test(
        "a doubled map lies between its taps, whole and in part", arguments: KernelLevel.available,
        [[1, 1], [1, 5], [4, 1], [3, 7], [16, 17]])
    func resize(level: KernelLevel, size: [Int]) {
        let (height, width) = (size[0], size[1])
        for channels in [1, 3, 16, 48] {
            let map = numbers(width * height * channels)
            for (rows, columns) in [(0..<2 * height, 0..<2 * width), (height..<2 * height, width / 2..<width)] {
                let sources = [
                    BilinearResize.source(of: rows, size: height, resized: 2 * height),
                    BilinearResize.source(of: columns, size: width, resized: 2 * width),
                ]
                let part = sources[0].flatMap { y in
                    sources[1].flatMap { x in map[(y * width + x) * channels..<(y * width + x + 1) * channels] }
                }
                let resize = BilinearResize(
                    height: height, width: width, rows: rows, columns: columns,
                    from: (sources[0].lowerBound, sources[1].lowerBound))
                for (index, y) in rows.enumerated() {
                    let output = GuardedBuffer(count: columns.count * channels)
                    part.withUnsafeBufferPointer {
                        resize.writeRow(
                            index, of: $0, width: sources[1].count, channels: channels, into: output.values, at: level)
                    }
                    #expect(output.isIntact)
                    for (index, value) in output.array.enumerated() {
                        let (place, channel) = index.quotientAndRemainder(dividingBy: channels)
                        let want = doubled(
                            map, height: height, width: width, channels: channels, y: y,
                            x: columns.lowerBound + place, channel: channel)
                        #expect(abs(Double(value) - want) < 1e-5, "\(level) row \(y), value \(index)")
                    }
                }
            }
        }
    }
}

/// A value of a map doubled with its corners in place, in double precision.
func doubled(_ map: [Float], height: Int, width: Int, channels: Int, y: Int, x: Int, channel: Int) -> Double {
    func position(_ index: Int, _ size: Int) -> Double { Double(index * (size - 1)) / Double(2 * size - 1) }
    func sample(_ y: Int, _ x: Int) -> Double {
        Double(map[(min(y, height - 1) * width + min(x, width - 1)) * channels + channel])
    }
    let (row, column) = (position(y, height), position(x, width))
    let (top, left) = (Int(row), Int(column))
    let (below, right) = (row - Double(top), column - Double(left))
    return (1 - below) * ((1 - right) * sample(top, left) + right * sample(top, left + 1))
        + below * ((1 - right) * sample(top + 1, left) + right * sample(top + 1, left + 1))
}
