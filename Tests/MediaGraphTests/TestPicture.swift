import CGStreamer
import Frames
import Testing

/// A picture of noise, its rows padded as asked, and what should become of it.
struct TestPicture {
    let format: PixelFormat
    let info: GstVideoInfo
    let offsets: [Int]
    let strides: [Int]
    var bytes: [UInt8]
    private let isPadded: Bool

    init(format: PixelFormat, width: Int, height: Int, paddingBytes: Int) throws {
        self.format = format
        var info = GstVideoInfo()
        try #require(
            gst_video_info_set_format(
                &info, media_video_format(format.rawValue), guint(width), guint(height)) != 0)
        let usualOffsets = [info.offset.0, info.offset.1, info.offset.2, info.offset.3].map { Int($0) }
        let usualStrides = [info.stride.0, info.stride.1, info.stride.2, info.stride.3].map { Int($0) }
        var offsets: [Int] = []
        var strides: [Int] = []
        var size = 0
        for plane in 0..<format.planeCount {
            let next = plane + 1 < format.planeCount ? usualOffsets[plane + 1] : Int(info.size)
            let rows = (next - usualOffsets[plane]) / usualStrides[plane]
            offsets.append(size)
            strides.append(usualStrides[plane] + paddingBytes)
            size += (usualStrides[plane] + paddingBytes) * rows
        }
        self.offsets = offsets
        self.strides = strides
        self.info = info
        isPadded = paddingBytes > 0
        bytes = (0..<size).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 11) }
    }

    func makeBuffer() -> UnsafeMutablePointer<GstBuffer>? {  // transfer full
        guard let buffer = PadHarness.buffer(bytes, frame: 0) else { return nil }
        if isPadded {
            var offsets = offsets.map { gsize($0) } + [0, 0, 0, 0]
            var strides = strides.map { gint($0) } + [0, 0, 0, 0]
            gst_buffer_add_video_meta_full(
                buffer, GST_VIDEO_FRAME_FLAG_NONE, media_video_format(format.rawValue),
                guint(info.width), guint(info.height), guint(format.planeCount), &offsets, &strides)
        }
        return buffer
    }

    /// Whether the buffer holds these very bytes. A Bool, since an array that differs would be printed whole.
    func isEqual(to buffer: UnsafeMutablePointer<GstBuffer>) -> Bool {
        gst_buffer_get_size(buffer) == gsize(bytes.count)
            && gst_buffer_memcmp(buffer, 0, bytes, gsize(bytes.count)) == 0
    }

    /// The bytes with every colour sample of the 16x16 corner inverted, found by the component table alone.
    func invertedCorner() -> TestPicture {
        var result = self
        for component in format.components {
            for y in 0..<component.rows(ofHeight: 16) {
                for x in 0..<component.columns(ofWidth: 16) {
                    let at =
                        offsets[component.plane] + y * strides[component.plane] + component.offsetBytes
                        + x * component.stepBytes
                    for byte in at..<at + component.bytesPerSample { result.bytes[byte] = ~bytes[byte] }
                }
            }
        }
        return result
    }

    /// The same picture with the rows of the caps.
    func packed() throws -> TestPicture {
        var result = try TestPicture(
            format: format, width: Int(info.width), height: Int(info.height), paddingBytes: 0)
        for component in format.components {
            for y in 0..<component.rows(ofHeight: Int(info.height)) {
                for x in 0..<component.columns(ofWidth: Int(info.width)) {
                    for byte in 0..<component.bytesPerSample {
                        let inRow = component.offsetBytes + x * component.stepBytes + byte
                        result.bytes[result.offsets[component.plane] + y * result.strides[component.plane] + inRow] =
                            bytes[offsets[component.plane] + y * strides[component.plane] + inRow]
                    }
                }
            }
        }
        return result
    }

    /// Whether the buffer has this picture's layout and colour samples; the padding of rows may differ.
    func hasSameSamples(as buffer: UnsafeMutablePointer<GstBuffer>) -> Bool {
        var other = [UInt8](repeating: 0, count: bytes.count)
        guard gst_buffer_extract(buffer, 0, &other, gsize(other.count)) == gsize(bytes.count) else { return false }
        return format.components.allSatisfy { component in
            (0..<component.rows(ofHeight: Int(info.height))).allSatisfy { y in
                let row = offsets[component.plane] + y * strides[component.plane] + component.offsetBytes
                return (0..<component.columns(ofWidth: Int(info.width))).allSatisfy { x in
                    let at = row + x * component.stepBytes
                    return bytes[at..<at + component.bytesPerSample] == other[at..<at + component.bytesPerSample]
                }
            }
        }
    }
}
