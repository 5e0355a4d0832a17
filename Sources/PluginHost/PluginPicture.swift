internal import CInpaintPlugin
internal import Frames

/// A frame in 8-bit planes, as mask sources want it, in memory of its own: a plugin that hangs may keep it.
struct PluginPicture: Sendable {
    let width: Int
    let height: Int
    /// Luma, and Cb and Cr at half the columns and rows where they were asked for; rows without padding.
    private(set) var planes: [[UInt8]]
    let time: Int64
    let matrix: Int32
    let isFullRange: Bool

    /// - Parameter hasChroma: whether chroma is wanted too.
    ///
    /// Throws: what mapping the frame throws.
    init(_ frame: Frame, hasChroma: Bool) throws {
        let layout = frame.layout
        (width, height) = (layout.width, layout.height)
        time = frame.pts.flatMap { Int64(exactly: $0.nanoseconds) } ?? -1
        let color = Colorimetry(of: layout)
        (matrix, isFullRange) = (color.matrix, color.isFullRange)
        planes = try frame.storage.read { planes in
            switch layout.format {
            case .rgb, .rgba, .rgbx: return Self.fromRGB(planes[0], layout, order: (0, 1, 2), hasChroma)
            case .bgr, .bgra, .bgrx: return Self.fromRGB(planes[0], layout, order: (2, 1, 0), hasChroma)
            case .i420, .a420, .nv12, .yuy2, .gray8, .p010: return Self.fromYUV(planes, layout, hasChroma)
            }
        }
    }

    // MARK: From luma and chroma

    private static func fromYUV(_ planes: [Plane], _ layout: FrameLayout, _ hasChroma: Bool) -> [[UInt8]] {
        let components = layout.format.components
        let luma = samples(of: components[0], in: planes, columns: layout.width, rows: layout.height, rowStep: 1)
        guard hasChroma else { return [luma] }
        let (columns, rows) = ((layout.width + 1) / 2, (layout.height + 1) / 2)
        guard components.count == 3 else {
            return [luma] + [[UInt8]](repeating: [UInt8](repeating: 128, count: columns * rows), count: 2)
        }
        // Where every row has chroma, every second one is taken.
        return [luma]
            + components[1...].map {
                samples(of: $0, in: planes, columns: columns, rows: rows, rowStep: 2 >> $0.verticalShift)
            }
    }

    private static func samples(
        of component: PixelFormat.Component, in planes: [Plane], columns: Int, rows: Int, rowStep: Int
    ) -> [UInt8] {
        let plane = planes[component.plane]
        // The upper byte of a wider sample, which is the second one.
        let offset = component.offsetBytes + component.bytesPerSample - 1
        let step = component.stepBytes
        return [UInt8](unsafeUninitializedCapacity: columns * rows) { samples, count in
            for row in 0..<rows {
                let source = UnsafeRawPointer(plane.base + row * rowStep * plane.strideBytes + offset)
                let target = UnsafeMutableBufferPointer(rebasing: samples[row * columns..<(row + 1) * columns])
                if step == 1, let base = target.baseAddress {
                    UnsafeMutableRawPointer(base).copyMemory(from: source, byteCount: columns)
                } else {
                    let bytes = source.assumingMemoryBound(to: UInt8.self)
                    for column in 0..<columns { target[column] = bytes[column * step] }
                }
            }
            count = columns * rows
        }
    }

    // MARK: From R, G and B

    private static func fromRGB(
        _ plane: Plane, _ layout: FrameLayout, order: (Int, Int, Int), _ hasChroma: Bool
    ) -> [[UInt8]] {
        let (width, height) = (layout.width, layout.height)
        let step = layout.format.components[0].stepBytes
        func pixel(_ x: Int, _ y: Int) -> ColorPixel {
            let bytes = (plane.base + y * plane.strideBytes + x * step).assumingMemoryBound(to: UInt8.self)
            return ColorPixel(red: Int(bytes[order.0]), green: Int(bytes[order.1]), blue: Int(bytes[order.2]))
        }
        let luma = [UInt8](unsafeUninitializedCapacity: width * height) { samples, count in
            for y in 0..<height {
                for x in 0..<width { samples[y * width + x] = pixel(x, y).luma }
            }
            count = width * height
        }
        guard hasChroma else { return [luma] }
        let (columns, rows) = ((width + 1) / 2, (height + 1) / 2)
        var (cb, cr) = ([UInt8](repeating: 0, count: columns * rows), [UInt8](repeating: 0, count: columns * rows))
        for row in 0..<rows {
            for column in 0..<columns {
                let pixel = pixel(2 * column, 2 * row)
                cb[row * columns + column] = pixel.cb
                cr[row * columns + column] = pixel.cr
            }
        }
        return [luma, cb, cr]
    }

    // MARK: For the plugin

    /// Calls the body with the picture as the plugin sees it.
    func withFrame<Result>(_ body: (UnsafePointer<InpaintFrame>) -> Result) -> Result {
        var frame = InpaintFrame()
        frame.struct_size = MemoryLayout<InpaintFrame>.size
        (frame.width, frame.height) = (Int32(width), Int32(height))
        (frame.time, frame.matrix, frame.full_range) = (time, matrix, isFullRange ? 1 : 0)
        let half = (width + 1) / 2
        frame.strides = (width, half, half)
        return planes[0].withUnsafeBufferPointer { luma in
            frame.planes.0 = luma.baseAddress
            guard planes.count == 3 else { return body(&frame) }
            return planes[1].withUnsafeBufferPointer { cb in
                planes[2].withUnsafeBufferPointer { cr in
                    (frame.planes.1, frame.planes.2) = (cb.baseAddress, cr.baseAddress)
                    return body(&frame)
                }
            }
        }
    }
}

/// How a stream's luma and chroma come from R, G and B.
///
/// Source: ITU-R BT.601, BT.709, BT.2020; GStreamer's names for them.
private struct Colorimetry {
    let matrix: Int32
    let isFullRange: Bool

    init(of layout: FrameLayout) {
        let isRGB =
            layout.format.components.count == 3 && layout.format.components.allSatisfy { $0.horizontalShift == 0 }
        let parts = layout.colorimetry.split(separator: ":")
        let isHigh = layout.height > 576
        switch (parts.count == 4 ? String(parts[1]) : layout.colorimetry, isRGB) {
        case (_, true): matrix = INPAINT_MATRIX_BT709
        case ("bt601", _), ("4", _): matrix = INPAINT_MATRIX_BT601
        case ("bt709", _), ("3", _): matrix = INPAINT_MATRIX_BT709
        case ("bt2020", _), ("bt2100-pq", _), ("bt2100-hlg", _), ("6", _): matrix = INPAINT_MATRIX_BT2020
        default: matrix = isHigh ? INPAINT_MATRIX_BT709 : INPAINT_MATRIX_BT601
        }
        isFullRange = !isRGB && parts.count == 4 && parts[0] == "1"
    }

}

/// A pixel of a picture that has no luma of its own, in that of BT.709, from 16 to 235.
private struct ColorPixel {
    let red: Int
    let green: Int
    let blue: Int

    // Units of the weights: 1/256.
    var luma: UInt8 { UInt8(((47 * red + 157 * green + 16 * blue + 128) >> 8) + 16) }
    var cb: UInt8 { UInt8(((-26 * red - 86 * green + 112 * blue + 128) >> 8) + 128) }
    var cr: UInt8 { UInt8(((112 * red - 102 * green - 10 * blue + 128) >> 8) + 128) }
}
