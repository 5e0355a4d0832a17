import Foundation
import Inpainting

/// STTN over a stream, straight from its definition: planar, in double precision, every sum a loop.
///
/// Every frame's maps, keys and values are kept by block, so that what a later frame sees of it is what it was in its
/// own time.
struct NaiveNetwork {
    let configuration: STTNConfiguration
    let weights: WeightFile

    /// Shapes: [C, H, W].
    struct Map {
        let channels: Int
        let height: Int
        let width: Int
        var values: [Double]

        init(channels: Int, height: Int, width: Int) {
            self.channels = channels
            self.height = height
            self.width = width
            values = [Double](repeating: 0, count: channels * height * width)
        }

        subscript(channel: Int, y: Int, x: Int) -> Double {
            get { values[(channel * height + y) * width + x] }
            set { values[(channel * height + y) * width + x] = newValue }
        }
    }

    /// What one frame was at one block.
    struct Seen {
        let keys: Map
        let values: Map
        let mask: Map
    }

    func convolution(
        _ name: String, _ input: Map, stride: Int = 1, dilation: Int = 1, isLinear: Bool = false
    ) -> Map {
        guard let weight = weights.tensors["\(name).weight"], let bias = weights.tensors["\(name).bias"] else {
            preconditionFailure("\(name) is there")
        }
        let (outputs, kernel) = (weight.shape[0], weight.shape[2])
        let reach = dilation * (kernel - 1) / 2
        var output = Map(
            channels: outputs, height: (input.height + stride - 1) / stride,
            width: (input.width + stride - 1) / stride)
        for channel in 0..<outputs {
            for y in 0..<output.height {
                for x in 0..<output.width {
                    var sum = Double(bias.values[channel])
                    for source in 0..<input.channels {
                        for ky in 0..<kernel {
                            let sy = y * stride + ky * dilation - reach
                            guard sy >= 0, sy < input.height else { continue }
                            for kx in 0..<kernel {
                                let sx = x * stride + kx * dilation - reach
                                guard sx >= 0, sx < input.width else { continue }
                                let tap = ((channel * input.channels + source) * kernel + ky) * kernel + kx
                                sum += Double(weight.values[tap]) * input[source, sy, sx]
                            }
                        }
                    }
                    output[channel, y, x] = sum > 0 || isLinear ? sum : 0.2 * sum
                }
            }
        }
        return output
    }

    private func sum(_ a: Map, _ b: Map) -> Map {
        var sum = a
        for index in sum.values.indices { sum.values[index] += b.values[index] }
        return sum
    }

    private func doubled(_ map: Map) -> Map {
        var output = Map(channels: map.channels, height: 2 * map.height, width: 2 * map.width)
        func tap(_ index: Int, _ size: Int) -> (Int, Int, Double) {
            let position = Double(index * (size - 1)) / Double(2 * size - 1)
            return (Int(position), min(Int(position) + 1, size - 1), position - Double(Int(position)))
        }
        for channel in 0..<map.channels {
            for y in 0..<output.height {
                let (top, bottom, below) = tap(y, map.height)
                for x in 0..<output.width {
                    let (left, right, beside) = tap(x, map.width)
                    func row(_ y: Int) -> Double {
                        (1 - beside) * map[channel, y, left] + beside * map[channel, y, right]
                    }
                    output[channel, y, x] = (1 - below) * row(top) + below * row(bottom)
                }
            }
        }
        return output
    }

    /// - Parameters:
    ///   - picture: packed RGB.
    ///   - hole: 1 = hole.
    func encode(_ picture: [UInt8], hole: [UInt8], width: Int, height: Int) -> (map: Map, mask: Map) {
        var map = Map(channels: 3, height: height, width: width)
        var mask = Map(channels: 1, height: height / 4, width: width / 4)
        for y in 0..<height {
            for x in 0..<width where hole[y * width + x] == 0 {
                for channel in 0..<3 {
                    map[channel, y, x] = Double(picture[(y * width + x) * 3 + channel]) / 127.5 - 1
                }
            }
        }
        for y in 0..<height / 4 {
            for x in 0..<width / 4 { mask[0, y, x] = Double(hole[4 * y * width + 4 * x]) }
        }
        for (layer, stride) in [(0, 2), (2, 1), (4, 2), (6, 1)] {
            map = convolution("encoder.\(layer)", map, stride: stride)
        }
        return (map, mask)
    }

    /// One block's map of a frame that attends to `past` and to itself, and what it is to later frames.
    func block(_ block: Int, _ map: Map, mask: Map, past: [Seen]) -> (map: Map, seen: Seen) {
        let name = "transformer.\(block)"
        func embedding(_ part: String) -> Map {
            convolution("\(name).attention.\(part)_embedding", map, isLinear: true)
        }
        let own = Seen(keys: embedding("key"), values: embedding("value"), mask: mask)
        let found = attend(embedding("query"), to: past + [own])
        let attended = sum(map, convolution("\(name).attention.output_linear.0", found))
        let fed = convolution(
            "\(name).feed_forward.conv.2", convolution("\(name).feed_forward.conv.0", attended, dilation: 2))
        return (sum(attended, fed), own)
    }

    private func attend(_ queries: Map, to frames: [Seen]) -> Map {
        var found = Map(channels: queries.channels, height: queries.height, width: queries.width)
        let share = queries.channels / configuration.grids.count
        for (head, grid) in configuration.grids.enumerated() {
            let (height, width) = (queries.height / grid.rows, queries.width / grid.columns)
            let patches = (0..<grid.rows).flatMap { row in (0..<grid.columns).map { (row * height, $0 * width) } }
            /// The channel and the place of every value of a patch.
            func places(_ patch: (Int, Int)) -> [(Int, Int, Int)] {
                (head * share..<(head + 1) * share).flatMap { channel in
                    (patch.0..<patch.0 + height).flatMap { y in
                        (patch.1..<patch.1 + width).map { (channel, y, $0) }
                    }
                }
            }
            let scale = 1 / Double(share * height * width).squareRoot()
            for patch in patches.map(places) {
                var scores: [Double] = []
                for frame in frames {
                    for other in patches {
                        let product = zip(patch, places(other)).reduce(0.0) { sum, pair in
                            sum + queries[pair.0.0, pair.0.1, pair.0.2] * frame.keys[pair.1.0, pair.1.1, pair.1.2]
                        }
                        let covered = (other.0..<other.0 + height).reduce(0.0) { sum, y in
                            (other.1..<other.1 + width).reduce(sum) { $0 + frame.mask[0, y, $1] }
                        }
                        let isHidden = configuration.masksAttention && covered / Double(height * width) > 0.5
                        scores.append(isHidden ? -1e9 : product * scale)
                    }
                }
                let top = scores.max() ?? 0
                let powers = scores.map { exp($0 - top) }
                let total = powers.reduce(0, +)
                var index = 0
                for frame in frames {
                    for other in patches {
                        let share = powers[index] / total
                        for (target, source) in zip(patch, places(other)) {
                            found[target.0, target.1, target.2] += share * frame.values[source.0, source.1, source.2]
                        }
                        index += 1
                    }
                }
            }
        }
        return found
    }

    /// Shapes: [3, H, W] in [−1, 1].
    func decode(_ map: Map) -> Map {
        let half = convolution("decoder.2", convolution("decoder.0.conv", doubled(map)))
        var picture = convolution("decoder.6", convolution("decoder.4.conv", doubled(half)), isLinear: true)
        for index in picture.values.indices { picture.values[index] = tanh(picture.values[index]) }
        return picture
    }
}
