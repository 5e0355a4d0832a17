import Testing

import ClassicalFill

/// What every fill of a single picture has to do.
struct PictureFill: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let fill: @Sendable (inout [UInt8], [UInt8], Int) -> Void

    static let all = [
        PictureFill(testDescription: "telea") { TeleaFill.fill(&$0, hole: $1, width: $2) },
        PictureFill(testDescription: "lines") { SideFill.fill(&$0, hole: $1, width: $2) },
    ]
}

@Suite struct PictureFillTests {
    private func picture(_ width: Int, _ height: Int, _ value: (Int, Int, Int) -> Int) -> [UInt8] {
        (0..<width * height * 3).map { UInt8(value($0 / 3 % width, $0 / 3 / width, $0 % 3) & 255) }
    }

    private func hole(_ width: Int, _ height: Int, _ isHole: (Int, Int) -> Bool) -> [UInt8] {
        (0..<width * height).map { isHole($0 % width, $0 / width) ? 1 : 0 }
    }

    @Test(
        "only the hole changes, whatever its shape, and its own pixels have no part in it", arguments: PictureFill.all)
    func outside(fill: PictureFill) {
        for (width, height) in [(1, 1), (1, 9), (9, 1), (13, 7), (32, 21)] {
            let hole = hole(width, height) { x, y in x * 7 % 5 < 2 && y % 3 != 1 || x == width - 1 }
            let before = picture(width, height) { x, y, c in x * 31 + y * 17 + c * 50 }
            var first = before
            fill.fill(&first, hole, width)
            var other = before
            for pixel in hole.indices where hole[pixel] != 0 {
                for channel in 0..<3 { other[3 * pixel + channel] = 255 - other[3 * pixel + channel] }
            }
            fill.fill(&other, hole, width)
            #expect(first == other, "\(width)x\(height)")
            #expect(hole.indices.allSatisfy { hole[$0] != 0 || first[3 * $0] == before[3 * $0] })
        }
    }

    @Test("a plain picture stays plain, and one that is all hole becomes grey", arguments: PictureFill.all)
    func plain(fill: PictureFill) {
        let plain = picture(40, 30) { _, _, c in 40 + 60 * c }
        var filled = plain
        fill.fill(&filled, hole(40, 30) { x, y in (3..<37).contains(x) && (5..<28).contains(y) }, 40)
        #expect(filled == plain)
        fill.fill(&filled, [UInt8](repeating: 1, count: 1200), 40)
        #expect(filled == [UInt8](repeating: 128, count: 3600))
        var none = plain
        fill.fill(&none, [UInt8](repeating: 0, count: 1200), 40)
        #expect(none == plain)
    }

    @Test("an edge that runs through the hole goes on in it", arguments: PictureFill.all)
    func edge(fill: PictureFill) {
        let truth = picture(48, 32) { _, y, _ in y < 16 ? 40 : 200 }
        var filled = truth
        let hole = hole(48, 32) { x, y in (20..<28).contains(x) && (8..<24).contains(y) }
        fill.fill(&filled, hole, 48)
        for y in 8..<24 where abs(y - 16) > 4 {
            #expect(abs(Int(filled[3 * (y * 48 + 24)]) - Int(truth[3 * (y * 48 + 24)])) < 60, "row \(y)")
        }
    }

    /// (10/1 + 40/3 + 100/2 + 60/2) / (1 + 1/3 + 1/2 + 1/2): left 10, right 40, above 100, below 60.
    @Test("a line's pixel is weighted by one over its distance")
    func lines() {
        let hole = hole(6, 6) { x, y in (1..<4).contains(x) && (1..<4).contains(y) }
        var filled = picture(6, 6) { x, y, _ in
            switch (x, y) {
            case (0, 2): 10
            case (4, 2): 40
            case (1, 0): 100
            case (1, 4): 60
            default: 0
            }
        }
        SideFill.fill(&filled, hole: hole, width: 6)
        #expect(filled[3 * (2 * 6 + 1)] == 44)
    }
}

@Suite struct PastMedianTests {
    @Test("the median of what was seen is taken, and the rest stays a hole")
    func median() {
        var past = PastMedian(width: 3, height: 1, frames: 3)
        // The first is forgotten; the second pixel was seen once, the third never.
        for (value, hole) in [(200, [0, 0, 1]), (10, [0, 1, 1]), (30, [0, 0, 1]), (21, [0, 1, 1])] as [(UInt8, [UInt8])]
        {
            past.see([UInt8](repeating: value, count: 9), hole: hole)
        }
        var picture = [UInt8](repeating: 99, count: 9)
        var hole: [UInt8] = [1, 1, 1]
        past.fill(&picture, hole: &hole)
        #expect(picture == [21, 21, 21, 30, 30, 30, 99, 99, 99])
        #expect(hole == [0, 0, 1])
    }

    @Test("of two values it is their mean, rounded down; of none, nothing")
    func even() {
        var past = PastMedian(width: 1, height: 1)
        var picture: [UInt8] = [1, 2, 3]
        var hole: [UInt8] = [1]
        past.fill(&picture, hole: &hole)
        #expect(picture == [1, 2, 3] && hole == [1])
        past.see([10, 10, 10], hole: [0])
        past.see([15, 15, 15], hole: [0])
        past.fill(&picture, hole: &hole)
        #expect(picture == [12, 12, 12] && hole == [0])
    }
}

@Suite struct MarchQueueTests {
    @Test("the nearest comes first, and of the same distance the one that came first")
    func order() {
        var queue = MarchQueue()
        let distances: [Float] = [3, 1, 2, 1, 0, 2, 5, 1]
        for (pixel, distance) in distances.enumerated() { queue.push(pixel, at: distance) }
        var order: [Int] = []
        while let pixel = queue.pop() { order.append(pixel) }
        #expect(order == [4, 1, 3, 7, 2, 5, 0, 6])
        #expect(queue.pop() == nil)
    }
}
