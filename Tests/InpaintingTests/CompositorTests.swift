import Frames
import Inpainting
import PictureFixtures
import Testing

@Suite struct CompositorTests {
    @Test("each byte is the mix its alpha asks for, and all others stay", arguments: PixelFormat.allCases)
    func everyFormat(format: PixelFormat) {
        let layout = FrameLayout(format: format, width: 37, height: 23)
        let region = Rectangle(x: 8, y: 6, width: 21, height: 17).intersection(layout.bounds)
        var numbers = SeededNumbers(seed: 5)
        let frame = MemoryPicture(layout, paddingBytes: 7, seed: 1)
        let patch = MemoryPicture(
            FrameLayout(format: format, width: region.width, height: region.height), paddingBytes: 3, seed: 2)
        // The alpha reaches beyond the region: only what lies in it counts.
        let bounds = Rectangle(x: 5, y: 9, width: 20, height: 9)
        let alpha = AlphaMask(
            bounds: bounds,
            values: (0..<bounds.area).map { _ in
                [0, 0, 255, UInt8.random(in: 0...255, using: &numbers)].randomElement(using: &numbers) ?? 0
            })
        var want = frame.bytes
        let fill = patch.bytes
        for component in format.components {
            for row in 0..<component.rows(ofHeight: layout.height) {
                for column in 0..<component.columns(ofWidth: layout.width) {
                    var greatest = 0
                    for y in row << component.verticalShift..<(row + 1) << component.verticalShift {
                        for x in column << component.horizontalShift..<(column + 1) << component.horizontalShift
                        where region.contains(Rectangle(x: x, y: y, width: 1, height: 1)) {
                            greatest = max(greatest, Int(alpha[x, y]))
                        }
                    }
                    guard greatest > 0 else { continue }
                    let place = frame.place(of: component, column: column, row: row)
                    let source = patch.place(
                        of: component, column: column - region.x >> component.horizontalShift,
                        row: row - region.y >> component.verticalShift)
                    if component.bytesPerSample == 1 {
                        let mixed = Int(fill[source]) * greatest + Int(want[place]) * (255 - greatest)
                        want[place] = UInt8((Double(mixed) / 255).rounded())
                    } else if greatest == 255 {
                        want[place] = fill[source]
                        want[place + 1] = fill[source + 1]
                    } else {
                        let new = (Int(fill[source]) | Int(fill[source + 1]) << 8) >> 6
                        let old = (Int(want[place]) | Int(want[place + 1]) << 8) >> 6
                        let mixed = Int((Double(new * greatest + old * (255 - greatest)) / 255).rounded()) << 6
                        want[place] = UInt8(mixed & 255)
                        want[place + 1] = UInt8(mixed >> 8)
                    }
                }
            }
        }
        Compositor(layout: layout).composite(patch.planes, at: region, into: frame.planes, alpha: alpha)
        #expect(frame.bytes == want)
    }

    @Test("an alpha outside the region changes nothing")
    func outside() {
        let layout = FrameLayout(format: .nv12, width: 16, height: 16)
        let frame = MemoryPicture(layout, paddingBytes: 0, seed: 1)
        let patch = MemoryPicture(FrameLayout(format: .nv12, width: 4, height: 4), paddingBytes: 0, seed: 2)
        let before = frame.bytes
        Compositor(layout: layout).composite(
            patch.planes, at: Rectangle(x: 0, y: 0, width: 4, height: 4), into: frame.planes,
            alpha: AlphaMask(bounds: Rectangle(x: 8, y: 8, width: 2, height: 2), values: [255, 255, 255, 255]))
        #expect(frame.bytes == before)
    }
}
