import Testing

import ClassicalFill

@Suite struct SideBlendTests {
    private static let (width, height) = (41, 31)

    private func plain(_ value: UInt8) -> [UInt8] {
        [UInt8](repeating: value, count: 3 * Self.width * Self.height)
    }

    private var box: [UInt8] {
        (0..<Self.width * Self.height).map { index in
            (5..<36).contains(index % Self.width) && (5..<26).contains(index / Self.width) ? 1 : 0
        }
    }

    @Test("two thirds of the lines go into the edge, a sixth into what is far inside")
    func shares() {
        var fill = plain(200)
        SideBlend.blend(&fill, over: plain(100), hole: box, width: Self.width)
        let values = box.indices.filter { box[$0] == 1 }.map { fill[3 * $0] }
        #expect(fill[3 * (15 * Self.width + 5)] == 133)
        #expect(fill[3 * (15 * Self.width + 6)] == 171)
        #expect((182...183).contains(fill[3 * (15 * Self.width + 20)]))
        #expect(values.allSatisfy { (133...183).contains($0) })
        #expect(box.indices.allSatisfy { box[$0] == 1 || fill[3 * $0 + 2] == 200 }, "the rest stays")
    }

    @Test("what stands in the hole has no part in it")
    func foreign() {
        let blended = [UInt8(0), 255].map { value in
            var (fill, picture) = (plain(90), plain(60))
            for pixel in box.indices where box[pixel] == 1 { picture[3 * pixel] = value }
            SideBlend.blend(&fill, over: picture, hole: box, width: Self.width)
            return fill
        }
        #expect(blended[0] == blended[1])
    }

    @Test("a pixel that sees no side stays as it is")
    func sideless() {
        let whole = [UInt8](repeating: 1, count: Self.width * Self.height)
        var fill = plain(77)
        SideBlend.blend(&fill, over: plain(10), hole: whole, width: Self.width)
        #expect(fill == plain(77))

        // One known pixel in a corner: seen by its row and its column.
        var almost = whole
        almost[0] = 0
        SideBlend.blend(&fill, over: plain(10), hole: almost, width: Self.width)
        let (row, column) = (fill[3 * 9], fill[3 * 9 * Self.width])
        #expect(row < 77 && column < 77)
        #expect(fill[3 * (9 * Self.width + 9)] == 77)
    }
}
