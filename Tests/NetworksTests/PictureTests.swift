import Networks
import Testing

@Suite struct PictureTests {
    @Test("a picture is scaled to ±1, and mid-grey in its hole")
    func spread() {
        let rgb: [UInt8] = [0, 255, 51, 10, 20, 30]
        let tensor = rgb.withUnsafeBufferPointer { Tensor.picture(rgb: $0, hole: [0, 1], width: 2, height: 1) }
        #expect(tensor.shape == [1, 1, 2, 3])
        #expect(tensor.array == [-1, 1, Float(51) / 255 * 2 - 1, 0, 0, 0])
    }

    @Test("planes are packed, times what is visible, and taken apart again")
    func planes() {
        let planes = Tensor(shape: [2, 3, 1, 2], values: [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6])
        let mask = Tensor(shape: [2, 1, 1, 2], values: [0, 1, 0.5, 0])
        let pictures = Tensor.pictures(planes: planes, hiding: mask)
        #expect(pictures.shape == [2, 1, 2, 3])
        #expect(pictures.array == [1, 3, 5, 0, 0, 0, -0.5, -1.5, -2.5, -2, -4, -6])
        #expect(pictures.planes().shape == planes.shape)
        #expect(pictures.planes().array == [1, 0, 3, 0, 5, 0, -0.5, -2, -1.5, -4, -2.5, -6])
    }

    private func rgb(_ blended: BlendedPicture) -> [UInt8] {
        var rgb: [UInt8] = [7, 7, 7]
        blended.lay(over: &rgb, width: 1)
        return rgb
    }

    @Test("predictions are cut to levels and blended half and half, in order")
    func blend() {
        func level(_ level: Float) -> Float { (level + 0.5) / 255 * 2 - 1 }
        var blended = BlendedPicture(box: MapBox(height: 1, width: 1))
        blended.add(Tensor(shape: [1, 1, 1, 3], values: [level(10), -1, 1]))
        #expect(rgb(blended) == [10, 0, 255])
        blended.add(Tensor(shape: [1, 1, 1, 3], values: [level(21), -1, 1]))
        #expect(rgb(blended) == [15, 0, 255])
        // 15.5, not the 15 given out, goes on.
        blended.add(Tensor(shape: [1, 1, 1, 3], values: [level(21), -1, 1]))
        #expect(rgb(blended) == [18, 0, 255])
    }

    @Test("what is no level becomes one")
    func clamp() {
        var blended = BlendedPicture(box: MapBox(height: 1, width: 1))
        blended.add(Tensor(shape: [1, 1, 1, 3], values: [-2, 2, .nan]))
        #expect(rgb(blended) == [0, 255, 0])
    }

    @Test("a prediction is laid over its box only")
    func lay() {
        var blended = BlendedPicture(box: MapBox(rows: 1..<3, columns: 2..<3))
        blended.add(Tensor(shape: [1, 2, 1, 3], values: [1, 1, 1, -1, -1, -1]))
        var rgb = [UInt8](repeating: 9, count: 4 * 3 * 3)
        blended.lay(over: &rgb, width: 3)
        var expected = [UInt8](repeating: 9, count: rgb.count)
        for channel in 0..<3 {
            expected[(1 * 3 + 2) * 3 + channel] = 255
            expected[(2 * 3 + 2) * 3 + channel] = 0
        }
        #expect(rgb == expected)
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
