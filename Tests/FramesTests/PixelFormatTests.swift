import Frames
import Testing

@Suite struct PixelFormatTests {
    @Test("components of a format never share a byte", arguments: PixelFormat.allCases)
    func disjoint(format: PixelFormat) {
        let (width, height) = (7, 5)
        var seen = Set<[Int]>()
        for component in format.components {
            #expect(component.plane < format.planeCount)
            for row in 0..<component.rows(ofHeight: height) {
                for column in 0..<component.columns(ofWidth: width) {
                    for byte in 0..<component.bytesPerSample {
                        let offset = component.offsetBytes + column * component.stepBytes + byte
                        #expect(seen.insert([component.plane, row, offset]).inserted)
                    }
                }
            }
        }
    }

    @Test("an odd picture keeps a chroma sample for its last column and row")
    func oddSides() {
        let chroma = PixelFormat.i420.components[1]
        #expect(chroma.columns(ofWidth: 641) == 321)
        #expect(chroma.rows(ofHeight: 479) == 240)
    }

    @Test("a crop keeps to whole chroma samples")
    func alignment() {
        #expect(PixelFormat.i420.cropAlignment == (2, 2))
        #expect(PixelFormat.yuy2.cropAlignment == (2, 1))
        #expect(PixelFormat.bgrx.cropAlignment == (1, 1))
    }
}
