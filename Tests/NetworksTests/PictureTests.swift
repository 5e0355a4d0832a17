import Networks
import Testing

@Suite struct PictureTests {
    @Test("a picture is scaled to ±1, and mid-grey in its hole")
    func spread() {
        let rgb: [UInt8] = [0, 255, 51, 10, 20, 30]
        let tensor = rgb.withUnsafeBufferPointer { Tensor.picture(rgb: $0, hole: [0, 1], width: 2, height: 1) }
        #expect(tensor.shape == [1, 3, 1, 2])
        #expect(tensor.array == [-1, 0, 1, 0, Float(51) / 255 * 2 - 1, 0])
    }

    @Test("predictions are cut to levels and blended half and half, in order")
    func blend() {
        func level(_ level: Float) -> Float { (level + 0.5) / 255 * 2 - 1 }
        var blended = BlendedPicture()
        #expect(blended.isEmpty)
        blended.add(Tensor(shape: [1, 3, 1, 1], values: [level(10), -1, 1]))
        #expect(blended.rgb == [10, 0, 255])
        blended.add(Tensor(shape: [1, 3, 1, 1], values: [level(21), -1, 1]))
        #expect(blended.rgb == [15, 0, 255])
        // 15.5, not the 15 given out, goes on.
        blended.add(Tensor(shape: [1, 3, 1, 1], values: [level(21), -1, 1]))
        #expect(blended.rgb == [18, 0, 255])
    }

    @Test("what is no level becomes one")
    func clamp() {
        var blended = BlendedPicture()
        blended.add(Tensor(shape: [1, 3, 1, 1], values: [-2, 2, .nan]))
        #expect(blended.rgb == [0, 255, 0])
    }

    @Test("a quarter mask holds every fourth value of every fourth row")
    func quarter() {
        let mask = Tensor(shape: [1, 1, 8, 8], values: (0..<64).map(Float.init))
        #expect(mask.nearestQuarter().shape == [1, 1, 2, 2])
        #expect(mask.nearestQuarter().array == [0, 4, 32, 36])
    }

    @Test("a patch is hidden where more than half of it is hole")
    func hiddenTokens() {
        let mask = Tensor(shape: [1, 1, 2, 4], values: [1, 1, 1, 1, 0, 0, 1, 0])
        #expect(PatchGrid(columns: 2, rows: 1).hiddenTokens(mask) == [0, 1])
        #expect(PatchGrid(columns: 2, rows: 2).hiddenTokens(mask) == [1, 1, 0, 0])
        #expect(PatchGrid(columns: 1, rows: 1).hiddenTokens(mask) == [1])
    }
}
