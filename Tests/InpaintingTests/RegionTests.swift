import Frames
import Inpainting
import Testing

@Suite struct RegionTests {
    @Test("at its own size a region shows the network exactly the hole")
    func identity() {
        let hole = Hole(
            of: Mask(
                width: 6, height: 4,
                pixels: [
                    0, 0, 0, 0, 0, 0,
                    0, 1, 1, 0, 0, 0,
                    0, 0, 0, 0, 1, 0,
                    0, 0, 0, 0, 0, 0,
                ]), grow: 0, feather: 0)
        let region = Region(
            box: Rectangle(x: 1, y: 1, width: 4, height: 2), size: NetworkSize(width: 4, height: 2))
        #expect(region.sample(hole, in: .rgb) == [1, 1, 0, 0, 0, 0, 0, 1])
    }

    @Test("scaled down, a network pixel is a hole where any pixel under it is")
    func scaledDown() {
        var pixels = [UInt8](repeating: 0, count: 12 * 6)
        pixels[2 * 12 + 5] = 1
        let hole = Hole(of: Mask(width: 12, height: 6, pixels: pixels), grow: 0, feather: 0)
        let half = Region(box: Rectangle(x: 0, y: 0, width: 12, height: 6), size: NetworkSize(width: 6, height: 3))
        #expect(half.sample(hole, in: .rgb) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        let uneven = Region(box: Rectangle(x: 0, y: 0, width: 12, height: 6), size: NetworkSize(width: 5, height: 4))
        let seen = uneven.sample(hole, in: .rgb)
        // Column 5 of 12 lies under 25/12…30/12 of 5, row 2 of 6 under 8/6…12/6 of 4.
        #expect(seen.indices.filter { seen[$0] == 1 } == [1 * 5 + 2])
    }

    @Test("scaled up, every network pixel a hole pixel reaches is a hole")
    func scaledUp() {
        let hole = Hole(of: Mask(width: 4, height: 1, pixels: [0, 1, 0, 0]), grow: 0, feather: 0)
        let region = Region(box: Rectangle(x: 0, y: 0, width: 4, height: 1), size: NetworkSize(width: 10, height: 2))
        #expect(region.sample(hole, in: .rgb) == [0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0])
    }

    @Test("a hole outside the region is not shown")
    func outside() {
        let hole = Hole(of: Mask(width: 4, height: 1, pixels: [1, 0, 0, 0]), grow: 0, feather: 0)
        let region = Region(box: Rectangle(x: 2, y: 0, width: 2, height: 1), size: NetworkSize(width: 2, height: 1))
        #expect(region.sample(hole, in: .rgb) == [0, 0])
    }

    @Test("a pixel that shares its chroma with the hole is a hole for the network")
    func sharedChroma() {
        let pixels = (0..<48).map { $0 == 3 * 8 + 5 ? UInt8(1) : 0 }
        let hole = Hole(of: Mask(width: 8, height: 6, pixels: pixels), grow: 0, feather: 0)
        let region = Region(box: Rectangle(x: 2, y: 2, width: 6, height: 4), size: NetworkSize(width: 6, height: 4))
        func marked(_ format: PixelFormat) -> [Int] {
            let seen = region.sample(hole, in: format)
            return seen.indices.filter { seen[$0] == 1 }
        }
        #expect(marked(.rgb) == [9])
        #expect(marked(.yuy2) == [8, 9])
        #expect(marked(.nv12) == [2, 3, 8, 9])
        // Where the frame ends in the middle of a sample there is nothing more to mark.
        let last = Hole(of: Mask(width: 3, height: 3, pixels: [0, 0, 0, 0, 0, 0, 0, 0, 1]), grow: 0, feather: 0)
        let odd = Region(box: Rectangle(x: 0, y: 0, width: 3, height: 3), size: NetworkSize(width: 3, height: 3))
        #expect(odd.sample(last, in: .i420) == [0, 0, 0, 0, 0, 0, 0, 0, 1])
    }
}
