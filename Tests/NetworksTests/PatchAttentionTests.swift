import Foundation
import Kernels
import Networks
import TestFormula
import Testing

/// Attention with remembered keys and values against its formula in double precision.
@Suite struct PatchAttentionTests {
    /// Attention over so many frames of one size.
    struct Case: CustomTestStringConvertible {
        let grids: [PatchGrid]
        let channels: Int
        let height: Int
        let width: Int
        var frames = 2

        var stored: Int { Tensor.storedChannels(channels) }
        var testDescription: String {
            "\(width)x\(height), \(channels) channels, \(grids.map { "\($0.columns)x\($0.rows)" }), \(frames) frames"
        }

        func attention(_ precision: Precision) -> PatchAttention {
            PatchAttention(grids: grids, channels: channels, precision: precision)
        }

        /// Queries, keys and values of one frame; queries large enough for some keys to stand out.
        func projected(_ frame: Int) -> Tensor {
            let values = TestFormula.series("attention.\(frame)", count: height * width * 3 * stored)
            return Tensor(
                shape: [1, height, width, 3 * stored],
                values: values.enumerated().map { index, value in
                    let (part, channel) = (index % (3 * stored)).quotientAndRemainder(dividingBy: stored)
                    return channel < channels ? (part == 0 ? 8 * value : value) : 0
                })
        }

        /// For each frame and head, which tokens are hidden: every third, or all.
        func hidden(all: Bool) -> [[[UInt8]]] {
            (0..<frames).map { frame in
                grids.map { grid in
                    (0..<grid.columns * grid.rows).map { all || ($0 + frame) % 3 == 0 ? 1 : 0 }
                }
            }
        }
    }

    private static func squares(_ sides: Int...) -> [PatchGrid] { sides.map { PatchGrid(columns: $0, rows: $0) } }

    static let cases = [
        Case(grids: squares(1, 3, 6, 12), channels: 16, height: 60, width: 108),
        Case(grids: squares(1, 3, 6, 12), channels: 8, height: 12, width: 12, frames: 1),
        Case(grids: squares(1, 3, 6, 12), channels: 12, height: 12, width: 24, frames: 3),
        Case(grids: squares(1, 3), channels: 128, height: 9, width: 15, frames: 3),
        Case(
            grids: [PatchGrid(columns: 7, rows: 1), PatchGrid(columns: 1, rows: 5), PatchGrid(columns: 7, rows: 5)],
            channels: 12, height: 5, width: 7, frames: 4),
        Case(
            grids: [(2, 2), (5, 5), (16, 6), (32, 10)].map { PatchGrid(columns: $0.0, rows: $0.1) }, channels: 16,
            height: 30, width: 160),
    ]

    /// Every frame's queries over the frames up to its own.
    private func attend(
        _ test: Case, _ precision: Precision, hidden: [[[UInt8]]]? = nil, on workspace: Workspace
    ) -> Tensor {
        let attention = test.attention(precision)
        let maps = (0..<test.frames).map(test.projected)
        let memories = maps.enumerated().map { frame, map in
            attention.remember(map, hidden: hidden?[frame], on: workspace)
        }
        return attention(maps[test.frames - 1], attendingTo: memories, on: workspace)
    }

    /// softmax(q · Kᵀ / √D) · V of the last frame's queries, as written.
    private func formula(_ test: Case, hidden: [[[UInt8]]]? = nil) -> [Double] {
        let maps = (0..<test.frames).map { test.projected($0).array.map(Double.init) }
        var output = [Double](repeating: 0, count: test.height * test.width * test.stored)
        let headChannels = test.channels / test.grids.count
        for (head, grid) in test.grids.enumerated() {
            let (patchHeight, patchWidth) = (test.height / grid.rows, test.width / grid.columns)
            let pixels = (0..<grid.columns * grid.rows).map { token in
                (0..<patchHeight * patchWidth).map { place in
                    (token / grid.columns * patchHeight + place / patchWidth) * test.width
                        + token % grid.columns * patchWidth + place % patchWidth
                }
            }
            func token(_ frame: Int, _ token: Int, part: Int) -> [Double] {
                pixels[token].flatMap { pixel in
                    let place = (3 * pixel + part) * test.stored + head * headChannels
                    return maps[frame][place..<place + headChannels]
                }
            }
            let keys = (0..<test.frames).flatMap { frame in pixels.indices.map { token(frame, $0, part: 1) } }
            let values = (0..<test.frames).flatMap { frame in pixels.indices.map { token(frame, $0, part: 2) } }
            let flags = hidden.map { frames in frames.flatMap { $0[head] } }
            for (query, places) in pixels.enumerated() {
                let q = token(test.frames - 1, query, part: 0)
                let scores = keys.indices.map { key in
                    flags?[key] == 1 ? -1e9 : dot(q, keys[key]) / Double(q.count).squareRoot()
                }
                let top = scores.max() ?? 0
                let weights = scores.map { exp($0 - top) }
                let sum = weights.reduce(0, +)
                var blended = [Double](repeating: 0, count: q.count)
                for (weight, value) in zip(weights, values) where weight > 0 {
                    for index in blended.indices { blended[index] += weight / sum * value[index] }
                }
                for (index, value) in blended.enumerated() {
                    let (pixel, channel) = index.quotientAndRemainder(dividingBy: headChannels)
                    output[places[pixel] * test.stored + head * headChannels + channel] = value
                }
            }
        }
        return output
    }

    private func dot(_ a: [Double], _ b: [Double]) -> Double {
        var sum = 0.0
        for index in a.indices { sum += a[index] * b[index] }
        return sum
    }

    /// The greatest and the root of the mean square difference.
    private func difference(_ tensor: Tensor, _ want: [Double]) -> (greatest: Double, rms: Double) {
        let differences = zip(tensor.array, want).map { abs(Double($0) - $1) }
        // Written so that NaN counts as the greatest.
        let greatest = differences.reduce(0) { $1 <= $0 ? $0 : $1 }
        return (greatest, (differences.reduce(0) { $0 + $1 * $1 } / Double(max(1, want.count))).squareRoot())
    }

    @Test("single precision follows the formula at every level", arguments: cases)
    func single(test: Case) {
        for hidden in [nil, test.hidden(all: false)] {
            let want = formula(test, hidden: hidden)
            for level in KernelLevel.available {
                let got = attend(test, .fp32, hidden: hidden, on: Workspace(threads: 2, level: level))
                #expect(got.shape == [1, test.height, test.width, test.stored])
                #expect(difference(got, want).greatest <= 1e-5, "\(level.name)")
            }
        }
    }

    /// Values up to 1: half a place of bfloat16 is 1/512 for each value, and a score of some units is off by as much
    /// of itself, which moves its weight.
    @Test("bfloat16 stays within 1/32 of the formula, and within 1/256 in the mean", arguments: cases)
    func half(test: Case) {
        for hidden in [nil, test.hidden(all: false)] {
            let want = formula(test, hidden: hidden)
            for level in KernelLevel.available {
                let got = attend(test, .bf16, hidden: hidden, on: Workspace(threads: 2, level: level))
                let difference = difference(got, want)
                #expect(difference.greatest <= 1.0 / 32, "\(level.name)")
                #expect(difference.rms <= 1.0 / 256, "\(level.name)")
            }
        }
    }

    @Test("any number of frames is attended to", arguments: 1...11)
    func frames(count: Int) {
        let test = Case(
            grids: Self.squares(1, 2, 3, 6), channels: 8, height: 6, width: 12, frames: count)
        let want = formula(test)
        for level in KernelLevel.available {
            let workspace = Workspace(threads: 2, level: level)
            #expect(difference(attend(test, .fp32, on: workspace), want).greatest <= 1e-5)
            #expect(difference(attend(test, .bf16, on: workspace), want).greatest <= 1.0 / 32)
        }
    }

    @Test("a query whose every key is hidden blends all values evenly", arguments: Precision.allCases)
    func allHidden(precision: Precision) {
        let test = Case(grids: Self.squares(1, 3, 6, 12), channels: 16, height: 12, width: 24, frames: 3)
        let hidden = test.hidden(all: true)
        let want = formula(test, hidden: hidden)
        for level in KernelLevel.available {
            let got = attend(test, precision, hidden: hidden, on: Workspace(threads: 2, level: level))
            #expect(difference(got, want).greatest <= (precision == .bf16 ? 1.0 / 256 : 1e-6))
        }
    }

    @Test("surplus channels are zero", arguments: Precision.allCases)
    func surplus(precision: Precision) {
        let test = Case(grids: Self.squares(1, 3), channels: 20, height: 6, width: 6)
        let workspace = Workspace(threads: 1)
        // Whatever the pool's memory held before.
        do { Tensor(uninitialized: [6 * 6 * 32], from: workspace.memory).mutableValues.update(repeating: 7) }
        let got = attend(test, precision, on: workspace)
        for (index, value) in got.array.enumerated() where index % 32 >= 20 { #expect(value == 0) }
    }

    @Test("the number of threads changes no bit", arguments: Precision.allCases)
    func threads(precision: Precision) {
        let test = Self.cases[0]
        let alone = attend(test, precision, on: Workspace(threads: 1))
        for threads in [2, 3, 5] {
            #expect(attend(test, precision, on: Workspace(threads: threads)).array == alone.array)
        }
    }

    @Test("a session that has found its pace allocates nothing", arguments: Precision.allCases)
    func allocations(precision: Precision) {
        let test = Case(grids: Self.squares(1, 3, 6, 12), channels: 16, height: 24, width: 36)
        let attention = test.attention(precision)
        let workspace = Workspace(threads: 2)
        let map = test.projected(0)
        var memories: [PatchMemory] = []
        var allocations: [Int] = []
        for _ in 0..<12 {
            if memories.count == 4 { memories.removeFirst() }
            memories.append(attention.remember(map, hidden: test.hidden(all: false)[0], on: workspace))
            _ = attention(map, attendingTo: memories, on: workspace)
            allocations.append(workspace.memory.allocations)
        }
        #expect(allocations[5] == allocations[11])
    }

    @Test("a memory holds its keys and values, in bfloat16 in half the room")
    func bytes() {
        let test = Case(grids: Self.squares(1, 3), channels: 128, height: 9, width: 15)
        let workspace = Workspace(threads: 1)
        let values = 2 * test.height * test.width * test.channels
        #expect(test.attention(.fp32).remember(test.projected(0), on: workspace).bytes == 4 * values)
        #expect(test.attention(.bf16).remember(test.projected(0), on: workspace).bytes == 2 * values)
    }
}
