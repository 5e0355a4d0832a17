import Frames
import Inpainting
import PictureFixtures
import Testing

@Suite struct HoleTests {
    private func mask(_ rows: [String]) -> Mask {
        Mask(width: rows[0].count, height: rows.count, pixels: rows.joined().map { $0 == "." ? 0 : 1 })
    }

    private func random(_ width: Int, _ height: Int, dots: Int, seed: UInt64) -> Mask {
        var numbers = SeededNumbers(seed: seed)
        var pixels = [UInt8](repeating: 0, count: width * height)
        for _ in 0..<dots { pixels[Int.random(in: 0..<width * height, using: &numbers)] = 1 }
        return Mask(width: width, height: height, pixels: pixels)
    }

    private func alpha(of hole: Hole, _ x: Int, _ y: Int) -> UInt8 {
        hole.parts.map { $0[x, y] }.max() ?? 0
    }

    /// The reference's way: the same small kernel again and again.
    private func dilated(_ mask: Mask, times: Int) -> [UInt8] {
        var pixels = mask.pixels
        let (width, height) = (mask.width, mask.height)
        for _ in 0..<times {
            let before = pixels
            for y in 0..<height {
                for x in 0..<width {
                    let cross = [(x, y), (x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
                    let hit = cross.contains { (x, y) in
                        (0..<width).contains(x) && (0..<height).contains(y) && before[y * width + x] == 1
                    }
                    pixels[y * width + x] = hit ? 1 : 0
                }
            }
        }
        return pixels
    }

    @Test("growth equals repeated dilation with a cross", arguments: [0, 1, 2, 4, 7, 40], [1, 5, 60])
    func growth(grow: Int, dots: Int) {
        let mask = random(41, 27, dots: dots, seed: UInt64(grow * 100 + dots))
        let hole = Hole(of: mask, grow: grow, feather: 0)
        let want = dilated(mask, times: grow)
        for y in 0..<27 {
            for x in 0..<41 {
                #expect(alpha(of: hole, x, y) == want[y * 41 + x] * 255, "pixel \(x), \(y)")
            }
        }
    }

    @Test("without growth and feather exactly the mask is replaced")
    func exact() {
        let mask = mask(["....", ".##.", "...#"])
        let hole = Hole(of: mask, grow: 0, feather: 0)
        #expect(hole.parts.first?.bounds == Rectangle(x: 1, y: 1, width: 3, height: 2))
        #expect(hole.parts.first?.values == [255, 255, 0, 0, 0, 255])
    }

    @Test("feather changes no pixel outside the grown hole and none inside it to nothing", arguments: [1, 3, 20, 254])
    func featherStaysInside(feather: Int) {
        let mask = random(50, 40, dots: 12, seed: 7)
        let sharp = Hole(of: mask, grow: 4, feather: 0)
        let soft = Hole(of: mask, grow: 4, feather: feather)
        for y in 0..<40 {
            for x in 0..<50 {
                #expect((alpha(of: sharp, x, y) == 0) == (alpha(of: soft, x, y) == 0), "pixel \(x), \(y)")
            }
        }
    }

    @Test(
        "alpha rises evenly over the feather's width, and the mask itself is replaced where growth covers the feather")
    func featherRises() {
        let row = String(repeating: ".", count: 10) + "#" + String(repeating: ".", count: 10)
        let hole = Hole(of: mask([row]), grow: 4, feather: 3)
        #expect(hole.parts.first?.bounds == Rectangle(x: 6, y: 0, width: 9, height: 1))
        #expect(hole.parts.first?.values == [64, 128, 191, 255, 255, 255, 191, 128, 64])
    }

    @Test("the hole does not fade at the frame's own edge")
    func frameEdge() {
        let hole = Hole(of: mask(["###......", "###......"]), grow: 0, feather: 2)
        #expect(hole.parts.first?.values == [255, 170, 85, 255, 170, 85])
        #expect(
            Hole(of: mask(["####", "####"]), grow: 1, feather: 9).parts.map(\.values) == [
                [UInt8](repeating: 255, count: 8)
            ])
    }

    @Test("an empty mask has no hole, whatever it is grown by")
    func empty() {
        let hole = Hole(of: Mask(width: 8, height: 8), grow: 9, feather: 3)
        #expect(hole.isEmpty && Hole.none.isEmpty)
    }

    @Test("parts far apart are told apart, parts close together are one, and noise stays few")
    func parts() {
        var far = [UInt8](repeating: 0, count: 200 * 100)
        for (x, y) in [(5, 5), (8, 12), (150, 80)] { far[y * 200 + x] = 1 }
        let hole = Hole(of: Mask(width: 200, height: 100, pixels: far), grow: 0, feather: 0)
        #expect(
            Set(hole.parts.map(\.bounds)) == [
                Rectangle(x: 5, y: 5, width: 4, height: 8), Rectangle(x: 150, y: 80, width: 1, height: 1),
            ])
        let noise = Hole(of: random(640, 480, dots: 800, seed: 3), grow: 0, feather: 0)
        #expect((1...8).contains(noise.parts.count))
    }

    @Test("parts lie apart from each other and hold every pixel of the grown mask", arguments: 1...20)
    func partsCover(seed: Int) {
        let mask = random(301, 203, dots: seed, seed: UInt64(seed))
        let hole = Hole(of: mask, grow: seed, feather: seed % 4)
        let want = dilated(mask, times: seed)
        for y in 0..<203 {
            for x in 0..<301 {
                #expect((alpha(of: hole, x, y) != 0) == (want[y * 301 + x] != 0), "pixel \(x), \(y)")
            }
        }
        for (index, part) in hole.parts.enumerated() {
            for other in hole.parts[..<index] {
                #expect(part.bounds.expanded(by: 1).intersection(other.bounds.expanded(by: 1)).isEmpty)
            }
        }
    }
}
