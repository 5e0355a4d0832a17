import Frames
import Testing

@Suite struct MaskTests {
    @Test("the bounds are the smallest box round the hole")
    func bounds() {
        var pixels = [UInt8](repeating: 0, count: 8 * 6)
        pixels[1 * 8 + 5] = 1
        pixels[4 * 8 + 2] = 1
        let mask = Mask(width: 8, height: 6, pixels: pixels)
        #expect(mask.bounds == Rectangle(x: 2, y: 1, width: 4, height: 4))
        #expect(!mask.isEmpty)
    }

    @Test("a hole in the last pixel is found")
    func lastPixel() {
        var pixels = [UInt8](repeating: 0, count: 8 * 6)
        pixels[8 * 6 - 1] = 1
        #expect(Mask(width: 8, height: 6, pixels: pixels).bounds == Rectangle(x: 7, y: 5, width: 1, height: 1))
    }

    @Test("a mask without a hole has no bounds")
    func empty() {
        #expect(Mask(width: 8, height: 6).isEmpty)
        #expect(Mask(width: 0, height: 0).isEmpty)
    }
}
