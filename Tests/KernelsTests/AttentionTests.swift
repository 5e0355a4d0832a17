import Kernels
import Testing

/// The steps of attention at every level, beside their definition in scalar C.
@Suite struct AttentionTests {
    /// One head on a map with other channels around its own.
    struct Head: CustomTestStringConvertible {
        let channels: Int
        let patch: (height: Int, width: Int)
        let grid: (columns: Int, rows: Int)
        let frames: Int

        var pixels: Int { patch.height * patch.width * grid.columns * grid.rows }
        var stride: Int { 3 * channels + 5 }
        var testDescription: String { "\(channels) channels, \(patch) patches, \(grid), \(frames) frames" }

        func tokens(_ precision: Precision) -> PatchTokens {
            PatchTokens(
                channels: channels, patchHeight: patch.height, patchWidth: patch.width, columns: grid.columns,
                rows: grid.rows, precision: precision)
        }
    }

    /// One and many tokens, odd and even ones; tokens of one value, of several slices, of no whole group.
    static let heads = [
        Head(channels: 1, patch: (1, 1), grid: (1, 1), frames: 1),
        Head(channels: 3, patch: (2, 5), grid: (1, 1), frames: 5),
        Head(channels: 64, patch: (5, 9), grid: (1, 1), frames: 3),
        Head(channels: 2, patch: (3, 3), grid: (3, 3), frames: 2),
        Head(channels: 33, patch: (7, 5), grid: (3, 1), frames: 2),
        Head(channels: 16, patch: (9, 9), grid: (2, 5), frames: 1),
        Head(channels: 5, patch: (2, 2), grid: (7, 7), frames: 2),
        Head(channels: 64, patch: (4, 5), grid: (12, 4), frames: 1),
        Head(channels: 4, patch: (3, 2), grid: (12, 12), frames: 2),
        Head(channels: 3, patch: (1, 1), grid: (17, 19), frames: 1),
    ]

    /// What every step makes at one level.
    private struct Run {
        var words: [[UInt32]] = []
        var scores: [Float] = []
        var map: [Float] = []
        var isIntact = true
    }

    /// Runs the steps, each in several parts.
    private func run(_ head: Head, _ precision: Precision, hidden: [[UInt8]]?, at level: KernelLevel) -> Run {
        var run = Run()
        let tokens = head.tokens(precision)
        let maps = (0..<head.frames).map { numbers(head.pixels * head.stride, seed: UInt64($0 + 1)) }
        func channels(_ map: UnsafeBufferPointer<Float>, _ part: Int) -> MatrixView? {
            map.baseAddress.map {
                MatrixView($0 + part * head.channels, rows: head.pixels, columns: head.channels, stride: head.stride)
            }
        }
        func words() -> GuardedBuffer<UInt32> {
            GuardedBuffer(count: tokens.words, guardValue: 0xABCD_EF01, filledWith: 0xFFFF_FFFF)
        }
        let parts = stride(from: 0, to: tokens.storedSize, by: 96).map { $0..<min($0 + 96, tokens.storedSize) }

        let keys = maps.map { _ in words() }
        let values = maps.map { _ in words() }
        for frame in maps.indices {
            maps[frame].withUnsafeBufferPointer { map in
                guard let keyMap = channels(map, 1), let valueMap = channels(map, 2) else { return }
                for part in parts {
                    level.remember(
                        tokens, keys: keyMap, values: valueMap, part: part, into: keys[frame].values,
                        values[frame].values)
                }
            }
        }
        run.words = (keys + values).map(\.array)

        let flags = hidden?.map { GuardedBuffer($0, guardValue: 0xA5) }
        let attended = AttendedTokens(
            tokens, frames: maps.indices.map { (keys[$0].values, values[$0].values, flags?[$0].values) })
        let count = head.frames * tokens.count * tokens.scoreColumns
        let scoreParts = min(2, tokens.slices)
        let scores = GuardedBuffer(
            [Float](repeating: 0, count: count * scoreParts))
        let scoringScratch = GuardedBuffer(count: tokens.scoringWords)
        maps.last?.withUnsafeBufferPointer { map in
            guard let queryMap = channels(map, 0) else { return }
            for queries in blocks(tokens.count, 3 * PatchTokens.scoredStep) {
                for part in 0..<scoreParts {
                    level.score(
                        tokens, queryMap, queries: queries,
                        slices: part * tokens.slices / scoreParts..<(part + 1) * tokens.slices / scoreParts,
                        against: attended, scratch: scoringScratch.values,
                        into: UnsafeMutableBufferPointer(rebasing: scores.values[part * count..<(part + 1) * count]))
                }
            }
        }
        // Columns beyond the queries hold nothing.
        run.scores = scores.array.enumerated().filter { $0.offset % tokens.scoreColumns < tokens.count }.map(\.element)

        let map = GuardedBuffer<Float>(
            count: head.pixels * head.stride, guardValue: -12345.5, filledWith: 77)
        let blendingScratch = GuardedBuffer(count: tokens.blendingWords(frames: head.frames))
        if let base = map.values.baseAddress {
            let target = MutableMatrixView(
                base + head.channels, rows: head.pixels, columns: head.channels, stride: head.stride)
            for queries in blocks(tokens.count, PatchTokens.blendedQueries) {
                for part in parts {
                    level.blend(
                        tokens, scores: UnsafeBufferPointer(scores.values),
                        scale: 8 / Float(tokens.size).squareRoot(), queries: queries, part: part, of: attended,
                        scratch: blendingScratch.values, into: target, surplus: 3)
                }
            }
        }
        run.map = map.array
        run.isIntact =
            (keys + values).allSatisfy(\.isIntact) && scores.isIntact && scoringScratch.isIntact && map.isIntact
            && blendingScratch.isIntact && flags?.allSatisfy(\.isIntact) ?? true
        return run
    }

    private func blocks(_ count: Int, _ length: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: length).map { $0..<min($0 + length, count) }
    }

    @Test("every level does what the definition says", arguments: heads, Precision.allCases)
    func levels(head: Head, precision: Precision) throws {
        let count = head.tokens(precision).count
        let hidden = (0..<head.frames).map { frame in (0..<count).map { UInt8(($0 + frame) % 3 == 1 ? 1 : 0) } }
        for hidden in [nil, hidden] {
            let want = run(head, precision, hidden: hidden, at: .plain)
            #expect(want.isIntact)
            for level in KernelLevel.available.dropFirst() {
                let got = run(head, precision, hidden: hidden, at: level)
                #expect(got.isIntact, "\(level.name)")
                #expect(got.words == want.words, "\(level.name)")
                for (index, score) in got.scores.enumerated() {
                    // Sums of products of numbers up to 1, in another order.
                    try #require(
                        abs(score - want.scores[index]) <= 1e-5 + 1e-5 * abs(want.scores[index]),
                        "\(level.name), score \(index)")
                }
                // A weight that falls to the other side in bfloat16 is off by 1/256 of itself.
                let bound: Float = precision == .bf16 ? 4e-3 : 2e-5
                for (index, value) in got.map.enumerated() {
                    try #require(
                        abs(value - want.map[index]) <= bound,
                        "\(level.name), map \(index): \(value), not \(want.map[index])")
                }
            }
        }
    }

    @Test("a head writes its own channels and clears the surplus, nothing else", arguments: heads)
    func places(head: Head) {
        for level in KernelLevel.available {
            let map = run(head, .fp32, hidden: nil, at: level).map
            for (index, value) in map.enumerated() {
                let channel = index % head.stride
                if (2 * head.channels..<2 * head.channels + 3).contains(channel) {
                    #expect(value == 0)
                } else if (head.channels..<2 * head.channels).contains(channel) {
                    #expect(abs(value) <= 1)
                } else {
                    #expect(value == 77)
                }
            }
        }
    }
}
