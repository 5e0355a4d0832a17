import Frames
import MediaGraph
import Testing

@Suite struct RegionConverterTests {
    /// A picture in plain memory.
    private final class Memory: FrameStorage, @unchecked Sendable {  // Sendable because a test has one thread
        let layout: FrameLayout
        let strides: [Int]
        var planes: [[UInt8]]

        init(_ layout: FrameLayout) {
            self.layout = layout
            var strides: [Int] = []
            var planes: [[UInt8]] = []
            for plane in 0..<layout.format.planeCount {
                let parts = layout.format.components.filter { $0.plane == plane }
                let row = parts.map { $0.columns(ofWidth: layout.width) * $0.stepBytes }.max() ?? 0
                let rows = parts.map { $0.rows(ofHeight: layout.height) }.max() ?? 0
                let stride = (row + 3) / 4 * 4 + 16
                strides.append(stride)
                planes.append([UInt8](repeating: 0, count: stride * rows))
            }
            self.strides = strides
            self.planes = planes
        }

        func read<Result>(_ body: ([Plane]) throws -> Result) throws -> Result {
            var bases: [Plane] = []
            for index in planes.indices {
                planes[index].withUnsafeMutableBytes { bytes in
                    if let base = bytes.baseAddress { bases.append(Plane(base: base, strideBytes: strides[index])) }
                }
            }
            return try body(bases)
        }

        func write<Result>(_ body: ([Plane]) throws -> Result) throws -> Result { try read(body) }

        /// Sets one component of every pixel, in 8 bits' worth.
        func fill(_ component: Int, with value: (_ x: Int, _ y: Int) -> UInt8) {
            let part = layout.format.components[component]
            for y in 0..<part.rows(ofHeight: layout.height) {
                for x in 0..<part.columns(ofWidth: layout.width) {
                    // Of a two-byte sample the upper byte is the second.
                    let at = y * strides[part.plane] + part.offsetBytes + x * part.stepBytes + part.bytesPerSample - 1
                    planes[part.plane][at] = value(x, y)
                }
            }
        }

        /// Writes a patch the way the compositor does: sample by sample, at the region's place.
        func lay(_ patch: [Plane], at region: Rectangle) {
            for part in layout.format.components {
                let (left, top) = (region.x >> part.horizontalShift, region.y >> part.verticalShift)
                for y in 0..<part.rows(ofHeight: region.height) {
                    for x in 0..<part.columns(ofWidth: region.width) {
                        let from =
                            patch[part.plane].base + y * patch[part.plane].strideBytes + part.offsetBytes
                            + x * part.stepBytes
                        let to = (top + y) * strides[part.plane] + part.offsetBytes + (left + x) * part.stepBytes
                        for byte in 0..<part.bytesPerSample {
                            planes[part.plane][to + byte] = (from + byte).load(as: UInt8.self)
                        }
                    }
                }
            }
        }

        var frame: Frame { Frame(layout: layout, pts: nil, duration: nil, storage: self) }
    }

    private func read(
        _ memory: Memory, region: Rectangle, width: Int, height: Int
    ) throws -> [UInt8] {
        let converter = try RegionConverter(layout: memory.layout, region: region, width: width, height: height)
        var rgb = [UInt8](repeating: 1, count: width * height * 3)
        try rgb.withUnsafeMutableBytes { try converter.read(memory.frame, into: $0) }
        return rgb
    }

    private func difference(_ left: [UInt8], _ right: [UInt8]) -> Int {
        zip(left, right).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }

    @Test("an RGB region of its own size is read and written byte for byte", arguments: [false, true])
    func exactRGB(isSwapped: Bool) throws {
        let memory = Memory(FrameLayout(format: isSwapped ? .bgr : .rgb, width: 67, height: 41))
        for component in 0..<3 {
            memory.fill(component) { UInt8(truncatingIfNeeded: $0 * 3 + $1 * 7 + component * 50) }
        }
        let region = Rectangle(x: 11, y: 5, width: 33, height: 21)
        let rgb = try read(memory, region: region, width: 33, height: 21)
        var expected: [UInt8] = []
        for y in region.y..<region.bottom {
            for x in region.x..<region.right {
                let pixel = (0..<3).map { UInt8(truncatingIfNeeded: x * 3 + y * 7 + $0 * 50) }
                expected += isSwapped ? pixel.reversed() : pixel
            }
        }
        #expect(difference(rgb, expected) == 0)
        let converter = try RegionConverter(layout: memory.layout, region: region, width: 33, height: 21)
        let before = memory.planes
        let patch = try rgb.withUnsafeBytes { try converter.patch(from: $0) }
        memory.lay(patch, at: region)
        #expect((before == memory.planes) as Bool)
    }

    @Test(
        "the layout's matrix and range are those of the picture",
        arguments: [
            ("bt601", [81, 90, 240]), ("bt709", [63, 102, 240]), ("1:4:0:0", [76, 85, 255]),
        ] as [(String, [UInt8])], [PixelFormat.i420, .nv12, .yuy2, .p010])
    func colorimetry(of red: (name: String, yuv: [UInt8]), format: PixelFormat) throws {
        var layout = FrameLayout(format: format, width: 64, height: 48)
        layout.colorimetry = red.name
        let memory = Memory(layout)
        for component in 0..<3 { memory.fill(component) { _, _ in red.yuv[component] } }
        let rgb = try read(memory, region: layout.bounds, width: 32, height: 24)
        let expected = (0..<32 * 24).flatMap { _ in [255, 0, 0] as [UInt8] }
        #expect(difference(rgb, expected) <= 3)
    }

    @Test("a patch laid into the frame reads back as the picture it was made of", arguments: PixelFormat.allCases)
    func patchReadsBack(format: PixelFormat) throws {
        let layout = FrameLayout(format: format, width: 131, height: 77)
        let memory = Memory(layout)
        for component in layout.format.components.indices { memory.fill(component) { _, _ in 90 } }
        // The region ends at the odd right and bottom edges.
        let region = Rectangle(x: 30, y: 20, width: 101, height: 57)
        let converter = try RegionConverter(layout: layout, region: region, width: 96, height: 48)
        let color: [UInt8] = format == .gray8 ? [120, 120, 120] : [200, 100, 50]
        let picture = (0..<96 * 48).flatMap { _ in color }
        let patch = try picture.withUnsafeBytes { try converter.patch(from: $0) }
        #expect(patch.count == format.planeCount)
        memory.lay(patch, at: region)
        var back = [UInt8](repeating: 0, count: picture.count)
        try back.withUnsafeMutableBytes { try converter.read(memory.frame, into: $0) }
        // The first rows and columns of a subsampled picture share chroma with what lies outside the region.
        var inner: [UInt8] = []
        for y in 4..<48 { inner += back[(y * 96 + 4) * 3..<(y + 1) * 96 * 3] }
        #expect(difference(inner, picture) <= 3)
        // Left and above nothing has changed.
        let above = Rectangle(x: 0, y: 0, width: 28, height: 18)
        let corner = try read(memory, region: above, width: 28, height: 18)
        let untouched = Memory(layout)
        for component in layout.format.components.indices { untouched.fill(component) { _, _ in 90 } }
        let expected = try read(untouched, region: above, width: 28, height: 18)
        #expect(difference(corner, expected) == 0)
    }

    @Test("shrinking averages: a fine chequerboard becomes gray")
    func shrinking() throws {
        let memory = Memory(FrameLayout(format: .gray8, width: 128, height: 128))
        memory.fill(0) { ($0 + $1).isMultiple(of: 2) ? 255 : 0 }
        let rgb = try read(memory, region: memory.layout.bounds, width: 32, height: 32)
        let inner = (4..<28).flatMap { y in (4..<28).map { x in rgb[(y * 32 + x) * 3] } }
        #expect(inner.allSatisfy { abs(Int($0) - 128) <= 8 })
    }

    @Test(
        "a region outside the frame or off the chroma grid is refused",
        arguments: [
            Rectangle(x: 0, y: 0, width: 0, height: 10), Rectangle(x: 60, y: 0, width: 10, height: 10),
            Rectangle(x: -2, y: 0, width: 10, height: 10), Rectangle(x: 3, y: 0, width: 10, height: 10),
            Rectangle(x: 2, y: 1, width: 10, height: 10),
        ])
    func refused(region: Rectangle) {
        let layout = FrameLayout(format: .nv12, width: 64, height: 48)
        #expect(throws: FrameError.self) {
            try RegionConverter(layout: layout, region: region, width: 48, height: 48)
        }
    }
}
