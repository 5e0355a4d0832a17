public import Frames

/// The pixels of a mask of which an overlay can be taken away again, and the taking away:
/// picture = (seen − alpha · colour) / (1 − alpha).
public struct Unblending: Sendable {
    /// One overlay, and of its pixels those that lie in the mask and are known: 1, the others 0.
    fileprivate struct Part: Sendable {
        let overlay: Overlay
        let pixels: [UInt8]
    }

    /// The mask without them.
    public let rest: Mask
    private let parts: [Part]

    public var isEmpty: Bool { parts.isEmpty }

    /// - Parameters:
    ///   - overlays: of frames of the mask's size; those of another count for nothing.
    ///   - format: the frames'. Where it has chroma, a pixel whose chroma is not known stays in the mask.
    public init(of overlays: [Overlay], in mask: Mask, format: PixelFormat) {
        var rest = mask.pixels
        var parts: [Part] = []
        let bounds = Rectangle(x: 0, y: 0, width: mask.width, height: mask.height)
        let hasChroma = format != .gray8
        for overlay in overlays where overlay.frame == bounds && !overlay.box.intersection(mask.bounds).isEmpty {
            guard !hasChroma || overlay.chroma != nil else { continue }
            let box = overlay.box
            let squares = (box.width + 1) / 2
            var pixels = [UInt8](repeating: 0, count: box.area)
            for y in 0..<box.height {
                for x in 0..<box.width {
                    let place = (box.y + y) * mask.width + box.x + x
                    guard rest[place] != 0, overlay.luma.alpha[y * box.width + x] >= 0 else { continue }
                    if hasChroma, let chroma = overlay.chroma, chroma.alpha[y / 2 * squares + x / 2] < 0 { continue }
                    pixels[y * box.width + x] = 1
                    rest[place] = 0
                }
            }
            if pixels.contains(1) { parts.append(Part(overlay: overlay, pixels: pixels)) }
        }
        self.parts = parts
        self.rest = parts.isEmpty ? mask : Mask(width: mask.width, height: mask.height, pixels: rest)
    }

    /// Takes the overlays away.
    ///
    /// A chroma sample changes where any pixel that it covers does.
    ///
    /// Ownership: borrows the frame, which has the layout's format and the mask's size.
    public func apply(to frame: [Plane], _ layout: FrameLayout) {
        for part in parts {
            if layout.format.components.count == 3, layout.format.cropAlignment.x == 1 {
                part.applyToRGB(frame, layout)
            } else {
                for index in layout.format.components.indices { part.apply(to: frame, layout, component: index) }
            }
        }
    }
}

extension Unblending.Part {
    fileprivate func apply(to frame: [Plane], _ layout: FrameLayout, component index: Int) {
        let component = layout.format.components[index]
        let isLuma = index == 0
        guard let samples = isLuma ? overlay.luma : overlay.chroma else { return }
        let color = samples.colors[isLuma ? 0 : index - 1]
        let box = overlay.box
        let place = SampleWriter(component, of: frame)
        let scale: Float = component.bytesPerSample == 1 ? 1 : 4
        let limits = layout.nominalLevels(ofComponent: index)
        let shifts = SampleGrid.Shifts(component)
        let reached = shifts.samples(of: box)
        let width = isLuma ? box.width : (box.width + 1) / 2
        for row in reached.y..<reached.bottom {
            // Where chroma has every row, two of them share a square.
            let line = isLuma ? row - box.y : ((row << shifts.y) - box.y) / 2
            for column in reached.x..<reached.right
            where isUnblended(column - reached.x, row - reached.y, shifts) {
                let sample = line * width + column - reached.x
                let alpha = samples.alpha[sample]
                guard alpha > 0 else { continue }
                let seen = place.level(column, row) / scale
                let level = (seen - color[sample]) / (1 - alpha)
                let (low, high) = (min(Float(limits.lowerBound), seen), max(Float(limits.upperBound), seen))
                place.write(min(max(level, low), high) * scale, column, row)
            }
        }
    }

    /// Whether any pixel of a sample of the box changes.
    private func isUnblended(_ column: Int, _ row: Int, _ shifts: SampleGrid.Shifts) -> Bool {
        let (width, height) = (overlay.box.width, overlay.box.height)
        for y in row << shifts.y..<min((row + 1) << shifts.y, height) {
            for x in column << shifts.x..<min((column + 1) << shifts.x, width) where pixels[y * width + x] != 0 {
                return true
            }
        }
        return false
    }

    /// From what mask sources see of R, G and B, which is BT.709 from 16 to 235.
    fileprivate func applyToRGB(_ frame: [Plane], _ layout: FrameLayout) {
        guard let chroma = overlay.chroma else { return }
        let (box, format) = (overlay.box, layout.format)
        let isReversed = [.bgr, .bgra, .bgrx].contains(format)
        let places = format.components.map { SampleWriter($0, of: frame) }
        let (red, green, blue) = (places[isReversed ? 2 : 0], places[1], places[isReversed ? 0 : 2])
        let squares = (box.width + 1) / 2
        for y in 0..<box.height {
            for x in 0..<box.width where pixels[y * box.width + x] != 0 {
                let (pixel, square) = (y * box.width + x, y / 2 * squares + x / 2)
                let (alpha, chromaAlpha) = (overlay.luma.alpha[pixel], chroma.alpha[square])
                guard alpha > 0 else { continue }
                let luma = 1.16438 * (overlay.luma.colors[0][pixel] - 16 * alpha)
                // Chroma is that of a square; this pixel's share of it goes by its alpha.
                let share = chromaAlpha > 0 ? alpha / chromaAlpha : 0
                let cb = share * (chroma.colors[0][square] - 128 * chromaAlpha)
                let cr = share * (chroma.colors[1][square] - 128 * chromaAlpha)
                for (place, color) in [
                    (red, luma + 1.79274 * cr), (green, luma - 0.21325 * cb - 0.53291 * cr),
                    (blue, luma + 2.11240 * cb),
                ] {
                    let level = (place.level(box.x + x, box.y + y) - color) / (1 - alpha)
                    place.write(min(max(level, 0), 255), box.x + x, box.y + y)
                }
            }
        }
    }
}

/// Reads and writes the levels of one component of a frame.
private struct SampleWriter {
    private let base: UnsafeMutableRawPointer
    private let strideBytes: Int
    private let stepBytes: Int
    private let isWide: Bool

    init(_ component: PixelFormat.Component, of planes: [Plane]) {
        let plane = planes[component.plane]
        base = plane.base + component.offsetBytes
        (strideBytes, stepBytes, isWide) = (plane.strideBytes, component.stepBytes, component.bytesPerSample > 1)
    }

    /// Units: levels, of 256 or, where a sample is wider than a byte, of 1024 in the high bits.
    func level(_ column: Int, _ row: Int) -> Float {
        let place = base + row * strideBytes + column * stepBytes
        return isWide ? Float(place.loadUnaligned(as: UInt16.self) >> 6) : Float(place.load(as: UInt8.self))
    }

    func write(_ level: Float, _ column: Int, _ row: Int) {
        let place = base + row * strideBytes + column * stepBytes
        if isWide {
            place.storeBytes(of: UInt16(min(max(level.rounded(), 0), 1023)) << 6, as: UInt16.self)
        } else {
            place.storeBytes(of: UInt8(min(max(level.rounded(), 0), 255)), as: UInt8.self)
        }
    }
}
