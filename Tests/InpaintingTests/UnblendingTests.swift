import Frames
import Inpainting
import PictureFixtures
import Testing

/// What is left where an overlay of which it is known what it is made of was taken away.
@Suite struct UnblendingTests {
    private static let (width, height) = (40, 30)
    private static let box = Rectangle(x: 8, y: 6, width: 17, height: 13)

    private static func layout(_ format: PixelFormat) -> FrameLayout {
        FrameLayout(format: format, width: width, height: height)
    }

    private static func alpha(_ x: Int, _ y: Int) -> Float { 0.2 + Float((x * 5 + y * 3) % 11) / 20 }

    /// Luma 180, Cb 90, Cr 200, over all of the box; without chroma where it is not wanted.
    private static func overlay(unknown: (Int, Int)? = nil, hasChroma: Bool = true) -> Overlay {
        var luma = (0..<box.area).map { alpha($0 % box.width, $0 / box.width) }
        let (columns, rows) = ((box.width + 1) / 2, (box.height + 1) / 2)
        let chroma = (0..<columns * rows).map { square in
            let pixels = (0..<4).map { (square % columns * 2 + $0 % 2, square / columns * 2 + $0 / 2) }
                .filter { $0.0 < box.width && $0.1 < box.height }
            return pixels.reduce(Float(0)) { $0 + alpha($1.0, $1.1) } / Float(pixels.count)
        }
        let color = luma.map { $0 * 180 }
        if let unknown { luma[unknown.1 * box.width + unknown.0] = -1 }
        return Overlay(
            box: box, frame: Rectangle(x: 0, y: 0, width: width, height: height),
            luma: Overlay.Samples(alpha: luma, colors: [color]),
            chroma: hasChroma
                ? Overlay.Samples(alpha: chroma, colors: [chroma.map { $0 * 90 }, chroma.map { $0 * 200 }]) : nil)
    }

    private static func mask(_ box: Rectangle = box) -> Mask {
        Mask(
            width: width, height: height,
            pixels: (0..<width * height).map { index in
                box.contains(Rectangle(x: index % width, y: index / width, width: 1, height: 1)) ? 1 : 0
            })
    }

    /// Each sample of a component with its level of 256, and what the overlay does to it where it does anything.
    private func visit(
        _ picture: MemoryPicture, _ overlay: Overlay,
        _ body: (_ component: Int, _ place: Int, _ level: Double, _ mix: (alpha: Double, color: Double)?) -> Void
    ) {
        let box = overlay.box
        let bytes = picture.bytes
        for (index, component) in picture.layout.format.components.enumerated() {
            for row in 0..<component.rows(ofHeight: Self.height) {
                for column in 0..<component.columns(ofWidth: Self.width) {
                    let place = picture.place(of: component, column: column, row: row)
                    let level =
                        component.bytesPerSample == 1
                        ? Double(bytes[place]) : Double(Int(bytes[place]) | Int(bytes[place + 1]) << 8) / 256
                    let (x, y) = (
                        (column << component.horizontalShift) - box.x, (row << component.verticalShift) - box.y
                    )
                    guard x >= 0, y >= 0, x < box.width, y < box.height else {
                        body(index, place, level, nil)
                        continue
                    }
                    let samples = index == 0 ? overlay.luma : overlay.chroma
                    let sample = index == 0 ? y * box.width + x : y / 2 * ((box.width + 1) / 2) + x / 2
                    body(
                        index, place, level,
                        samples.map {
                            (Double($0.alpha[sample]), Double($0.colors[max(index - 1, 0)][sample]))
                        })
                }
            }
        }
    }

    @Test(
        "the picture comes back to half a step over what is left of it, and nothing else changes",
        arguments: [PixelFormat.i420, .nv12, .yuy2, .gray8, .p010])
    func luma(format: PixelFormat) {
        let overlay = Self.overlay()
        let picture = MemoryPicture(Self.layout(format), paddingBytes: 4, seed: 3)
        var numbers = SeededNumbers(seed: 9)
        let before = picture.bytes
        var truth: [Int: Double] = [:]
        visit(picture, overlay) { index, place, _, mix in
            guard let mix else { return }
            let clean = Double.random(in: 40...220, using: &numbers).rounded()
            truth[place] = clean
            let seen = clean * (1 - mix.alpha) + mix.color
            picture.write(seen, at: place, isWide: format == .p010)
        }
        let unblending = Unblending(of: [overlay], in: Self.mask(), format: format)
        #expect(!unblending.isEmpty && unblending.rest.isEmpty)
        unblending.apply(to: picture.planes, picture.layout)
        let after = picture.bytes
        visit(picture, overlay) { index, place, level, mix in
            guard let mix, let clean = truth[place] else {
                #expect(after[place] == before[place])
                return
            }
            #expect(abs(level - clean) <= 0.5 / (1 - mix.alpha) + 0.51, "component \(index)")
        }
    }

    @Test("R, G and B come back too", arguments: [PixelFormat.rgb, .bgr, .rgba, .bgrx])
    func rgb(format: PixelFormat) {
        let overlay = Self.overlay()
        let picture = MemoryPicture(Self.layout(format), paddingBytes: 4, seed: 3)
        var numbers = SeededNumbers(seed: 9)
        // 180, 90, 200 in BT.709 from 16 to 235.
        let luma = 1.16438 * (180.0 - 16)
        let color = [luma + 1.79274 * 72, luma - 0.21325 * -38 - 0.53291 * 72, luma + 2.1124 * -38]
        let isReversed = format == .bgr || format == .bgrx
        var truth: [Int: Double] = [:]
        let box = Self.box
        for y in 0..<box.height {
            for x in 0..<box.width {
                for (index, component) in format.components.enumerated() {
                    let place = picture.place(of: component, column: box.x + x, row: box.y + y)
                    let clean = Double.random(in: 20...120, using: &numbers).rounded()
                    let alpha = Double(Self.alpha(x, y)) * 0.5
                    truth[place] = clean
                    picture.write(
                        clean * (1 - alpha) + alpha * color[isReversed ? 2 - index : index], at: place, isWide: false)
                }
            }
        }
        let half = Overlay(
            box: box, frame: overlay.frame, luma: overlay.luma.scaled(by: 0.5),
            chroma: overlay.chroma?.scaled(by: 0.5))
        Unblending(of: [half], in: Self.mask(), format: format).apply(to: picture.planes, picture.layout)
        let after = picture.bytes
        #expect(truth.allSatisfy { abs(Double(after[$0.key]) - $0.value) <= 2 })
    }

    @Test("what is not known, or does not lie in the mask, stays as it is")
    func rest() {
        let layout = Self.layout(.i420)
        func rest(_ overlay: Overlay, _ mask: Mask, _ format: PixelFormat = .i420) -> Int {
            Unblending(of: [overlay], in: mask, format: format).rest.pixels.count { $0 != 0 }
        }
        #expect(rest(Self.overlay(unknown: (3, 4)), Self.mask()) == 1)
        #expect(rest(Self.overlay(hasChroma: false), Self.mask()) == Self.box.area)
        #expect(rest(Self.overlay(hasChroma: false), Self.mask(), .gray8) == 0)
        let wide = Self.mask(Rectangle(x: 0, y: 6, width: 40, height: 4))
        #expect(rest(Self.overlay(), wide) == (40 - 17) * 4)
        let other = Mask(width: 20, height: 20, pixels: [UInt8](repeating: 1, count: 400))
        #expect(Unblending(of: [Self.overlay()], in: other, format: .i420).isEmpty)

        let picture = MemoryPicture(layout, paddingBytes: 0, seed: 4)
        let before = picture.bytes
        let part = Rectangle(x: 10, y: 8, width: 4, height: 2)
        Unblending(of: [Self.overlay()], in: Self.mask(part), format: .i420).apply(to: picture.planes, layout)
        let allowed = picture.places { x, y in part.contains(Rectangle(x: x, y: y, width: 1, height: 1)) }
        let after = picture.bytes
        #expect(after != before)
        #expect(after.indices.allSatisfy { after[$0] == before[$0] || allowed.contains($0) })
    }

    @Test("levels stay in the format's range")
    func range() {
        let tv = FrameLayout(format: .i420, width: Self.width, height: Self.height)
        let frame = MemoryPicture(tv, paddingBytes: 0, seed: 1)
        for place in frame.places(where: { _, _ in true }) { frame.write(20, at: place, isWide: false) }
        Unblending(of: [Self.overlay()], in: Self.mask(), format: .i420).apply(to: frame.planes, tv)
        let box = frame.places { x, y in Self.box.contains(Rectangle(x: x, y: y, width: 1, height: 1)) }
        #expect(box.allSatisfy { frame.bytes[$0] == 16 })
    }
}

extension Overlay.Samples {
    fileprivate func scaled(by share: Float) -> Overlay.Samples {
        Overlay.Samples(alpha: alpha.map { $0 * share }, colors: colors.map { $0.map { $0 * share } })
    }
}
