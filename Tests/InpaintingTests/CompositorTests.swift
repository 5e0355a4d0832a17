import Frames
import Inpainting
import Testing

@Suite struct CompositorTests {
    /// The planes of a picture in one array, each row followed by padding and the whole between guard bytes.
    private final class Picture {
        static let guardBytes = 64
        let layout: FrameLayout
        let strides: [Int]
        let starts: [Int]
        var bytes: [UInt8]

        init(_ layout: FrameLayout, padding: Int, byte: (Int) -> UInt8) {
            self.layout = layout
            var strides: [Int] = []
            var starts: [Int] = []
            var size = Self.guardBytes
            for plane in 0..<layout.format.planeCount {
                let parts = layout.format.components.filter { $0.plane == plane }
                let bytes = parts.map { $0.stepBytes * $0.columns(ofWidth: layout.width) }.max() ?? 0
                strides.append((bytes + padding + 1) / 2 * 2)
                starts.append(size)
                size += strides[plane] * (parts.map { $0.rows(ofHeight: layout.height) }.max() ?? 0)
            }
            self.strides = strides
            self.starts = starts
            bytes = (0..<size + Self.guardBytes).map(byte)
        }

        func withPlanes(_ body: ([Plane]) -> Void) {
            bytes.withUnsafeMutableBytes { raw in
                guard let base = raw.baseAddress else { return }
                body(zip(starts, strides).map { Plane(base: base + $0, strideBytes: $1) })
            }
        }

        func place(_ component: PixelFormat.Component, _ column: Int, _ row: Int) -> Int {
            starts[component.plane] + row * strides[component.plane] + component.offsetBytes
                + column * component.stepBytes
        }
    }

    @Test("each byte is the mix its alpha asks for, and all others stay", arguments: PixelFormat.allCases)
    func everyFormat(format: PixelFormat) {
        let layout = FrameLayout(format: format, width: 37, height: 23)
        let region = Rectangle(x: 8, y: 6, width: 21, height: 17).intersection(layout.bounds)
        var numbers = SplitMix64(seed: 5)
        let frame = Picture(layout, padding: 7) { _ in UInt8.random(in: 0...255, using: &numbers) }
        let patch = Picture(
            FrameLayout(format: format, width: region.width, height: region.height), padding: 3
        ) { _ in UInt8.random(in: 0...255, using: &numbers) }
        // The alpha reaches beyond the region: only what lies in it counts.
        let bounds = Rectangle(x: 5, y: 9, width: 20, height: 9)
        let alpha = AlphaMask(
            bounds: bounds,
            values: (0..<bounds.area).map { _ in
                [0, 0, 255, UInt8.random(in: 0...255, using: &numbers)].randomElement(using: &numbers) ?? 0
            })
        var want = frame.bytes
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
                    let place = frame.place(component, column, row)
                    let source = patch.place(
                        component, column - region.x >> component.horizontalShift,
                        row - region.y >> component.verticalShift)
                    if component.bytesPerSample == 1 {
                        let mixed = Int(patch.bytes[source]) * greatest + Int(want[place]) * (255 - greatest)
                        want[place] = UInt8((Double(mixed) / 255).rounded())
                    } else if greatest == 255 {
                        want[place] = patch.bytes[source]
                        want[place + 1] = patch.bytes[source + 1]
                    } else {
                        let fill = (Int(patch.bytes[source]) | Int(patch.bytes[source + 1]) << 8) >> 6
                        let old = (Int(want[place]) | Int(want[place + 1]) << 8) >> 6
                        let mixed = Int((Double(fill * greatest + old * (255 - greatest)) / 255).rounded()) << 6
                        want[place] = UInt8(mixed & 255)
                        want[place + 1] = UInt8(mixed >> 8)
                    }
                }
            }
        }
        frame.withPlanes { planes in
            patch.withPlanes { fill in
                Compositor(layout: layout).composite(fill, at: region, into: planes, alpha: alpha)
            }
        }
        #expect(frame.bytes == want)
    }

    @Test("an alpha outside the region changes nothing")
    func outside() {
        let layout = FrameLayout(format: .nv12, width: 16, height: 16)
        let frame = Picture(layout, padding: 0) { UInt8(truncatingIfNeeded: $0) }
        let patch = Picture(FrameLayout(format: .nv12, width: 4, height: 4), padding: 0) { _ in 0 }
        let before = frame.bytes
        frame.withPlanes { planes in
            patch.withPlanes { fill in
                Compositor(layout: layout).composite(
                    fill, at: Rectangle(x: 0, y: 0, width: 4, height: 4), into: planes,
                    alpha: AlphaMask(
                        bounds: Rectangle(x: 8, y: 8, width: 2, height: 2), values: [255, 255, 255, 255]))
            }
        }
        #expect(frame.bytes == before)
    }
}
