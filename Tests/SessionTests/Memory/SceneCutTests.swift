import Inpainting
import TestFormula
import Testing

/// Pictures made of a gradient, some large shapes and fine texture, as unlike each other as two scenes.
private struct Scene {
    static let width = 192
    static let height = 96
    let number: Int

    /// Luma at a place of the scene, which goes on beyond the picture.
    private func level(_ x: Double, _ y: Double) -> Double {
        return shapes.reduce(base + slope.x * x + slope.y * y) { level, shape in
            let (dx, dy) = ((x - shape.x) / shape.width, (y - shape.y) / shape.height)
            return dx * dx + dy * dy < 1 ? shape.level : level
        }
    }

    private struct Shape { let x, y, width, height, level: Double }
    private let base: Double
    private let slope: (x: Double, y: Double)
    private let shapes: [Shape]
    private let texture: [Float]

    init(_ number: Int) {
        self.number = number
        func random(_ name: String) -> Double { Double(TestFormula.uniform("scene.\(number).\(name)", 0)) }
        base = 110 + 60 * random("base")
        slope = (0.3 * random("slope.x"), 0.6 * random("slope.y"))
        shapes = (0..<9).map { shape in
            Shape(
                x: 180 + 200 * random("x\(shape)"), y: 48 + 60 * random("y\(shape)"),
                width: 35 + 25 * random("w\(shape)"), height: 30 + 20 * random("h\(shape)"),
                level: 128 + 110 * random("l\(shape)"))
        }
        texture = TestFormula.series("scene.\(number).texture", count: 4096)
    }

    /// The picture seen from `shift` pixels further right, its levels sent through `levels`.
    func picture(shift: Int = 0, noise: Int = 0, levels: (Double) -> Double = { $0 }) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(3 * Self.width * Self.height)
        for y in 0..<Self.height {
            for x in 0..<Self.width {
                let grain = 8 * Double(texture[(y * 71 + (x + shift) * 13) % 4096])
                let noise = noise == 0 ? 0 : 40 * Double(texture[(y * 197 + x * 31 + noise * 1013) % 4096])
                let level = levels(level(Double(x + shift), Double(y)) + grain) + noise
                let byte = UInt8(max(0, min(255, level)))
                bytes += [byte, byte, byte]
            }
        }
        return bytes
    }
}

@Suite struct SceneCutTests {
    private let open = [UInt8](repeating: 0, count: Scene.width * Scene.height)

    /// Where the detector sees cuts in a film.
    private func cuts(_ film: [[UInt8]], holes: [[UInt8]]? = nil) -> [Int] {
        var detector = SceneCutDetector()
        return film.indices.filter { index in
            film[index].withUnsafeBytes {
                detector.isCut(before: $0, hole: holes?[index] ?? open, width: Scene.width, height: Scene.height)
            }
        }
    }

    @Test("a cut to another scene is seen, and only there")
    func cut() {
        var seen = 0
        for pair in 0..<20 {
            let (a, b) = (Scene(2 * pair), Scene(2 * pair + 1))
            let found = cuts([a.picture(), a.picture(), b.picture(), b.picture(), b.picture()])
            #expect(found.isEmpty || found == [2])
            seen += found.count
        }
        #expect(seen >= 19)
    }

    @Test("a pan, noise, a fade, a dissolve and a change of light are no cuts", arguments: 0..<8)
    func noCut(number: Int) {
        let scene = Scene(number)
        let other = Scene(number + 100)
        let (a, b) = (scene.picture(), other.picture())
        #expect(cuts((0..<12).map { scene.picture(shift: 12 * $0) }).isEmpty, "pan")
        #expect(cuts((1..<8).map { scene.picture(noise: $0) }).isEmpty, "noise")
        #expect(cuts((0...10).map { step in scene.picture { $0 * Double(10 - step) / 10 } }).isEmpty, "fade")
        let dissolve = (0...12).map { step in
            zip(a, b).map { a, b -> UInt8 in UInt8((Int(a) * (12 - step) + Int(b) * step) / 12) }
        }
        #expect(cuts(dissolve).isEmpty, "dissolve")
        #expect(cuts([a, a, scene.picture { $0 * 0.5 }, a]).isEmpty, "dimmed")
        #expect(cuts([a, a, scene.picture { $0 * 0.6 + 90 }, a]).isEmpty, "flash")
    }

    @Test("a moment of white or black neither is a cut nor hides one")
    func blank() {
        let (a, b) = (Scene(3).picture(), Scene(4).picture())
        let (white, black) = ([UInt8](repeating: 255, count: a.count), [UInt8](repeating: 16, count: a.count))
        #expect(cuts([a, white, a, black, black, a]).isEmpty)
        #expect(cuts([a, black, black, b, b]) == [3])
    }

    @Test("what is under a hole is not looked at")
    func hole() {
        let scene = Scene(5)
        let picture = scene.picture()
        // Nearly the whole picture is covered with something that changes completely.
        let hole: [UInt8] = open.indices.map { $0 % Scene.width < 150 ? 1 : 0 }
        func covered(_ level: UInt8) -> [UInt8] {
            picture.indices.map { hole[$0 / 3] == 0 ? picture[$0] : level }
        }
        #expect(cuts([covered(0), covered(255)], holes: [hole, hole]).isEmpty)
        let whole = [UInt8](repeating: 1, count: open.count)
        #expect(cuts([picture, Scene(6).picture(), picture], holes: [open, whole, open]).isEmpty)
    }

    @Test("a first picture is no cut, and after a reset every picture is a first one")
    func reset() {
        var detector = SceneCutDetector()
        let (a, b) = (Scene(3).picture(), Scene(4).picture())
        func isCut(_ picture: [UInt8]) -> Bool {
            picture.withUnsafeBytes {
                detector.isCut(before: $0, hole: open, width: Scene.width, height: Scene.height)
            }
        }
        #expect(!isCut(a))
        detector.reset()
        #expect(!isCut(b))
        #expect(isCut(a))
    }
}
