internal import CGStreamer
internal import Frames

/// The memory of one GstBuffer as a frame's storage.
///
/// It holds one reference, its own, until `take`; a buffer that others hold too is copied when it is first written.
/// Rows are found where the buffer's GstVideoMeta says, else where the caps do.
final class BufferStorage: FrameStorage, @unchecked Sendable {  // Sendable because one thread has it at a time
    private var buffer: UnsafeMutablePointer<GstBuffer>?
    private let info: GstVideoInfo
    private let planeCount: Int

    /// Takes over the caller's reference.
    init(adopting buffer: UnsafeMutablePointer<GstBuffer>, info: GstVideoInfo, planeCount: Int) {  // transfer full
        self.buffer = buffer
        self.info = info
        self.planeCount = planeCount
    }

    deinit {
        if let buffer { gst_buffer_unref(buffer) }
    }

    func read<Result>(_ body: ([Plane]) throws -> Result) throws -> Result {
        try map(GST_MAP_READ, body)
    }

    func write<Result>(_ body: ([Plane]) throws -> Result) throws -> Result {
        buffer = media_buffer_make_writable(buffer)  // transfer full both ways
        return try map(GstMapFlags(rawValue: GST_MAP_READ.rawValue | GST_MAP_WRITE.rawValue), body)
    }

    /// What was found in the picture before it came: its GstVideoRegionOfInterestMetas.
    var objects: [FrameObject] {
        guard let buffer else { preconditionFailure("a frame is not touched after the stage has let it go") }
        var objects: [FrameObject] = []
        var place: gpointer?
        let kind = gst_video_region_of_interest_meta_api_get_type()
        while let meta = gst_buffer_iterate_meta_filtered(buffer, &place, kind) {
            let region = UnsafeRawPointer(meta).assumingMemoryBound(to: GstVideoRegionOfInterestMeta.self).pointee
            let box = Rectangle(x: Int(region.x), y: Int(region.y), width: Int(region.w), height: Int(region.h))
            objects.append(
                FrameObject(label: g_quark_to_string(region.roi_type).map { String(cString: $0) } ?? "", box: box))
        }
        return objects
    }

    /// Says on the buffer how its hole was filled.
    func mark(_ rung: Rung) {
        guard let own = buffer else { preconditionFailure("a frame is not touched after the stage has let it go") }
        let writable = media_buffer_make_writable(own)  // transfer full both ways
        if let writable { RungMeta.put(rung, on: writable) }
        buffer = writable
    }

    /// Gives the buffer away; the storage is empty afterwards.
    func take() -> UnsafeMutablePointer<GstBuffer>? {  // transfer full
        defer { buffer = nil }
        return buffer
    }

    private func map<Result>(_ flags: GstMapFlags, _ body: ([Plane]) throws -> Result) throws -> Result {
        guard let buffer else { preconditionFailure("a frame is not touched after the stage has let it go") }
        var info = info
        var frame = GstVideoFrame()
        guard gst_video_frame_map(&frame, &info, buffer, flags) != 0 else {
            throw FrameError(
                .badData, subject: "buffer",
                detail: "\(gst_buffer_get_size(buffer)) bytes do not hold a \(info.width)x\(info.height) frame "
                    + "(\(info.size) bytes), or cannot be mapped")
        }
        defer { gst_video_frame_unmap(&frame) }
        let bases = [frame.data.0, frame.data.1, frame.data.2, frame.data.3]
        let strides = [frame.info.stride.0, frame.info.stride.1, frame.info.stride.2, frame.info.stride.3]
        let planes = (0..<planeCount).compactMap { index in
            bases[index].map { Plane(base: $0, strideBytes: Int(strides[index])) }
        }
        return try body(planes)
    }
}
