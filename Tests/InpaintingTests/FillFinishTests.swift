import Frames
import Inpainting
import PictureFixtures
import Testing

/// A fill's light and grain against those of the ring round its hole.
@Suite struct FillFinishTests {
    /// A frame, a region of it, and a fill of that region, all of whose samples are what a test says.
    private final class Scene {
        let layout: FrameLayout
        let region: Region
        let hole: Hole
        let frame: MemoryPicture
        let patch: MemoryPicture
        let finish: FillFinish
        private let scale: Int

        init(
            _ format: PixelFormat = .i420, hole box: Rectangle = Rectangle(x: 40, y: 24, width: 20, height: 16),
            colorimetry: String = "", settings: FillFinish.Settings = FillFinish.Settings()
        ) {
            layout = FrameLayout(format: format, width: 96, height: 64, colorimetry: colorimetry)
            region = Region(
                box: Rectangle(x: 8, y: 4, width: 84, height: 58), size: NetworkSize(width: 84, height: 58))
            let pixels = (0..<layout.width * layout.height).map { index -> UInt8 in
                let (x, y) = (index % 96, index / 96)
                return x >= box.x && x < box.right && y >= box.y && y < box.bottom ? 1 : 0
            }
            hole = Hole(of: Mask(width: layout.width, height: layout.height, pixels: pixels), grow: 0, feather: 0)
            frame = MemoryPicture(layout, paddingBytes: 3, seed: 1)
            patch = MemoryPicture(
                FrameLayout(format: format, width: region.box.width, height: region.box.height), paddingBytes: 5,
                seed: 2)
            finish = FillFinish(layout: layout, region: region, settings: settings)
            scale = format == .p010 ? 4 : 1
        }

        typealias Levels = (_ component: Int, _ column: Int, _ row: Int) -> Double

        /// Units: levels of 256, by the frame's samples.
        func paint(frame levels: Levels, fill: Levels) {
            for (index, component) in layout.format.components.enumerated() {
                let corner = (region.box.x >> component.horizontalShift, region.box.y >> component.verticalShift)
                for row in 0..<component.rows(ofHeight: layout.height) {
                    for column in 0..<component.columns(ofWidth: layout.width) {
                        write(levels(index, column, row), to: frame, component, column, row)
                    }
                }
                for row in 0..<component.rows(ofHeight: region.box.height) {
                    for column in 0..<component.columns(ofWidth: region.box.width) {
                        write(fill(index, column + corner.0, row + corner.1), to: patch, component, column, row)
                    }
                }
            }
        }

        private func write(
            _ level: Double, to picture: MemoryPicture, _ component: PixelFormat.Component, _ column: Int, _ row: Int
        ) {
            let plane = picture.planes[component.plane]
            let place = plane.base + row * plane.strideBytes + component.offsetBytes + column * component.stepBytes
            let value = Int((level * Double(scale)).rounded())
            if component.bytesPerSample == 1 {
                place.storeBytes(of: UInt8(clamping: value), as: UInt8.self)
            } else {
                place.storeBytes(of: UInt16(min(max(value, 0), 1023) << 6), as: UInt16.self)
            }
        }

        /// Lays the fill over the frame; whether anything was done to it.
        @discardableResult
        func compose(_ number: Int = 0, from origin: FillFinish.Origin = .network) -> Bool {
            let retouch = finish.retouch(patch.planes, over: frame.planes, hole: hole, from: origin, number: number)
            for part in hole.parts {
                Compositor(layout: layout).composite(
                    patch.planes, at: region.box, into: frame.planes, alpha: part, retouch: retouch)
            }
            return retouch != nil
        }

        /// The hole's samples of a component. Units: levels of 256.
        func filled(_ index: Int) -> [(column: Int, row: Int, level: Double)] {
            let component = layout.format.components[index]
            let places = frame.places { x, y in self.hole.parts.contains { $0[x, y] != 0 } }
            let bytes = frame.bytes
            var samples: [(Int, Int, Double)] = []
            for row in 0..<component.rows(ofHeight: layout.height) {
                for column in 0..<component.columns(ofWidth: layout.width) {
                    let place = frame.place(of: component, column: column, row: row)
                    guard places.contains(place) else { continue }
                    let level =
                        component.bytesPerSample == 1
                        ? Double(bytes[place]) : Double(Int(bytes[place]) | Int(bytes[place + 1]) << 8) / 256
                    samples.append((column, row, level))
                }
            }
            return samples
        }

        /// The hole's samples that have one beside them that is none of it.
        func rim(_ index: Int) -> [(column: Int, row: Int, level: Double)] {
            let all = filled(index)
            let places = Set(all.map { $0.row << 16 | $0.column })
            return all.filter { sample in
                [(1, 0), (-1, 0), (0, 1), (0, -1)].contains {
                    !places.contains((sample.row + $0.1) << 16 | (sample.column + $0.0))
                }
            }
        }

        /// Of the rim.
        func mean(_ index: Int) -> Double {
            let samples = rim(index)
            return samples.reduce(0) { $0 + $1.level } / Double(samples.count)
        }
    }

    /// Stripes with some texture between 60 and 180.
    private func picture(_ component: Int, _ column: Int, _ row: Int) -> Double {
        Double(60 + (column * 7 + row * 13 + component * 29) % 97 + (column / 3 + row / 5) % 24)
    }

    @Test(
        "a light that is off by an offset is brought back at the edge, and less inside, in every format",
        arguments: PixelFormat.allCases)
    func offset(format: PixelFormat) {
        let scene = Scene(format)
        scene.paint(frame: picture) { picture($0, $1, $2) - 9 }
        #expect(scene.compose())
        for index in format.components.indices {
            let error = { (sample: (column: Int, row: Int, level: Double)) in
                picture(index, sample.column, sample.row) - sample.level
            }
            #expect(scene.rim(index).allSatisfy { abs(error($0)) <= 0.5 })
            #expect(scene.filled(index).allSatisfy { (-0.5...9).contains(error($0)) })
            #expect(scene.filled(index).contains { error($0) > 4 })
        }
    }

    @Test("a ring whose sides do not agree says little, and any says nothing of the middle of a large hole")
    func doubt() {
        let scene = Scene(.gray8)
        scene.paint(frame: { _, column, _ in column < 50 ? 104 : 98 }, fill: { _, _, _ in 100 })
        scene.compose()
        #expect(abs(scene.mean(0) - 100) < 1)
        let wide = Scene(.gray8, hole: Rectangle(x: 14, y: 10, width: 72, height: 46))
        wide.paint(frame: { _, _, _ in 110 }, fill: { _, _, _ in 100 })
        wide.compose()
        #expect(wide.mean(0) == 110)
        #expect(wide.filled(0).first { $0.column == 50 && $0.row == 33 }?.level == 100)
    }

    @Test("no light is moved by more than sixteen levels", arguments: [PixelFormat.i420, .p010, .bgrx])
    func clamped(format: PixelFormat) {
        let scene = Scene(format)
        scene.paint(frame: { _, _, _ in 160 }, fill: { _, _, _ in 100 })
        #expect(scene.compose())
        for index in format.components.indices { #expect(scene.mean(index) == 116) }
    }

    @Test("things that cross the ring do not count")
    func outliers() {
        let scene = Scene(.gray8)
        scene.paint(frame: { _, column, _ in column < 40 ? 240 : 104 }, fill: { _, _, _ in 100 })
        #expect(scene.compose())
        #expect(scene.mean(0) == 104)
    }

    @Test("without a ring, and with a fill that says nothing of it, nothing is done")
    func noRing() {
        let full = Scene(.i420, hole: Rectangle(x: 0, y: 0, width: 96, height: 64))
        full.paint(frame: { _, _, _ in 160 }, fill: { _, _, _ in 100 })
        #expect(!full.compose())
        let other = Scene(.i420)
        other.paint(frame: { _, _, _ in 160 }, fill: { _, _, _ in 150 })
        #expect(!other.compose(from: .other))
        let off = Scene(.i420, settings: FillFinish.Settings(matches: false))
        off.paint(frame: { _, _, _ in 160 }, fill: { _, _, _ in 150 })
        #expect(!off.compose() && off.mean(0) == 150)
    }

    @Test(
        "a hole of one pixel and holes at the edge of the region are matched from what there is",
        arguments: [
            Rectangle(x: 50, y: 30, width: 1, height: 1), Rectangle(x: 8, y: 4, width: 30, height: 20),
            Rectangle(x: 80, y: 50, width: 16, height: 14),
        ])
    func smallAndOutside(box: Rectangle) {
        let scene = Scene(.rgb, hole: box)
        scene.paint(frame: { _, _, _ in 120 }, fill: { _, _, _ in 110 })
        #expect(scene.compose())
        // What lies beyond the region is not filled.
        let inside = scene.filled(0).filter { $0.column < 92 && $0.row < 62 }
        #expect(inside.allSatisfy { (110...120).contains($0.level) } && inside.contains { $0.level == 120 })
    }

    @Test("the light follows slowly, at once after a reset, and apart for fills of earlier frames")
    func smooth() {
        let scene = Scene(.gray8)
        func next(_ level: Double, _ origin: FillFinish.Origin = .network) -> Double {
            scene.paint(frame: { _, _, _ in level }, fill: { _, _, _ in 100 })
            scene.compose(from: origin)
            return scene.mean(0)
        }
        #expect([100, 108, 108].map { next($0) } == [100, 102, 104])
        scene.finish.reset()
        #expect(next(108) == 108)
        #expect(next(100, .earlier) == 100)
        #expect(next(108) == 108)
    }

    // MARK: Grain

    /// Normal noise, the same for the same seed.
    private func noise(_ deviation: Double, seed: UInt64, count: Int) -> [Double] {
        var numbers = SeededNumbers(seed: seed)
        return (0..<count).map { _ in
            (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &numbers) } * deviation
        }
    }

    private func deviation(_ levels: [Double]) -> Double {
        let mean = levels.reduce(0, +) / Double(levels.count)
        return (levels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(levels.count)).squareRoot()
    }

    private func grainy(
        _ format: PixelFormat, share: Double, number: Int = 0, own: Double = 0, level: Double = 120,
        colorimetry: String = ""
    ) -> Scene {
        let scene = Scene(
            format, hole: Rectangle(x: 28, y: 16, width: 40, height: 30), colorimetry: colorimetry,
            settings: FillFinish.Settings(matches: false, grain: share))
        let (real, made) = (noise(5, seed: 3, count: 3 * 96 * 64), noise(own, seed: 4, count: 3 * 96 * 64))
        scene.paint(
            frame: { 120 + real[($0 * 64 + $2) * 96 + $1] }, fill: { level + made[($0 * 64 + $2) * 96 + $1] })
        scene.compose(number)
        return scene
    }

    @Test("a fill gets the grain that it lacks, in every component", arguments: [PixelFormat.i420, .nv12, .rgb, .p010])
    func grain(format: PixelFormat) {
        let (all, half) = (grainy(format, share: 1), grainy(format, share: 0.5))
        for index in format.components.indices {
            #expect(abs(deviation(all.filled(index).map(\.level)) - 5) < 1.1, "component \(index)")
            #expect(abs(deviation(half.filled(index).map(\.level)) - 2.5) < 0.6, "component \(index)")
            #expect(abs(all.mean(index) - 120) < 2)
        }
        // One that has as much gets none.
        #expect(deviation(grainy(format, share: 1, own: 5).filled(0).map(\.level)) < 5.6)
    }

    @Test("grain is white, the same for the same frame, and another for the next")
    func repeatable() {
        let one = grainy(.i420, share: 1, number: 7).filled(0).map(\.level)
        #expect(grainy(.i420, share: 1, number: 7).filled(0).map(\.level) == one)
        let next = grainy(.i420, share: 1, number: 8).filled(0).map(\.level)
        func correlation(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
            let pairs = zip(a, b).map { ($0 - 120) * ($1 - 120) }
            return pairs.reduce(0, +) / Double(pairs.count) / 25
        }
        #expect(abs(correlation(one, next)) < 0.1)
        #expect(abs(correlation(one, one.dropFirst())) < 0.1)
        #expect(abs(correlation(one, one.dropFirst(40))) < 0.1)
    }

    @Test("grain leads nothing out of the format's range that was in it")
    func range() {
        #expect(grainy(.i420, share: 1, level: 16).filled(0).allSatisfy { $0.level >= 16 })
        #expect(grainy(.i420, share: 1, level: 235).filled(0).allSatisfy { $0.level <= 235 })
        #expect(grainy(.i420, share: 1, level: 240).filled(1).allSatisfy { $0.level <= 240 })
        let full = grainy(.i420, share: 1, level: 16, colorimetry: "1:4:16:4").filled(0)
        #expect(full.contains { $0.level < 16 })
        #expect(grainy(.rgb, share: 1, level: 255).filled(0).contains { $0.level < 250 })
    }
}
