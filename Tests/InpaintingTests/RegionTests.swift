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
        #expect(region.sample(hole) == [1, 1, 0, 0, 0, 0, 0, 1])
    }

    @Test("scaled down, a network pixel is a hole where any pixel under it is")
    func scaledDown() {
        var pixels = [UInt8](repeating: 0, count: 12 * 6)
        pixels[2 * 12 + 5] = 1
        let hole = Hole(of: Mask(width: 12, height: 6, pixels: pixels), grow: 0, feather: 0)
        let half = Region(box: Rectangle(x: 0, y: 0, width: 12, height: 6), size: NetworkSize(width: 6, height: 3))
        #expect(half.sample(hole) == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        let uneven = Region(box: Rectangle(x: 0, y: 0, width: 12, height: 6), size: NetworkSize(width: 5, height: 4))
        let seen = uneven.sample(hole)
        // Column 5 of 12 lies under 25/12…30/12 of 5, row 2 of 6 under 8/6…12/6 of 4.
        #expect(seen.indices.filter { seen[$0] == 1 } == [1 * 5 + 2])
    }

    @Test("scaled up, every network pixel a hole pixel reaches is a hole")
    func scaledUp() {
        let hole = Hole(of: Mask(width: 4, height: 1, pixels: [0, 1, 0, 0]), grow: 0, feather: 0)
        let region = Region(box: Rectangle(x: 0, y: 0, width: 4, height: 1), size: NetworkSize(width: 10, height: 2))
        #expect(region.sample(hole) == [0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0])
    }

    @Test("a hole outside the region is not shown")
    func outside() {
        let hole = Hole(of: Mask(width: 4, height: 1, pixels: [1, 0, 0, 0]), grow: 0, feather: 0)
        let region = Region(box: Rectangle(x: 2, y: 0, width: 2, height: 1), size: NetworkSize(width: 2, height: 1))
        #expect(region.sample(hole) == [0, 0])
    }
}
