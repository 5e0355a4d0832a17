internal import CGStreamer
internal import Frames

/// Copies frames with unusual rows for a downstream that cannot read where their rows are.
///
/// The stage tells its source that it takes buffers with a GstVideoMeta. Where downstream does not, and a buffer's rows
/// are not where the caps put them, the buffer is copied into the layout of the caps.
struct BufferPacking {
    private let caps: CapsHandle
    private let info: GstVideoInfo
    private let layout: FrameLayout
    private var downstreamReadsMeta = false

    /// Asks downstream, behind `pad`, what it takes. Nil where the caps are no raw video.
    init?(capsEvent: EventHandle, pad: UnsafeMutablePointer<GstPad>) {
        var parsed: UnsafeMutablePointer<GstCaps>?
        gst_event_parse_caps(capsEvent.pointer, &parsed)
        var info = GstVideoInfo()
        guard let parsed, gst_video_info_from_caps(&info, parsed) != 0, let layout = FrameLayout(info) else {
            return nil
        }
        caps = CapsHandle(retaining: parsed)
        self.info = info
        self.layout = layout
        ask(pad)
    }

    /// Asks downstream again, after something there has changed.
    mutating func ask(_ pad: UnsafeMutablePointer<GstPad>) {
        let query = gst_query_new_allocation(caps.pointer, 0)  // transfer full
        defer { gst_query_unref(query) }
        downstreamReadsMeta =
            gst_pad_peer_query(pad, query) != 0
            && gst_query_find_allocation_meta(query, media_video_meta_api(), nil) != 0
    }

    /// The buffer, or a copy of it whose rows are where the caps put them.
    ///
    /// Ownership: takes over the caller's reference and gives one back.
    func packed(_ buffer: UnsafeMutablePointer<GstBuffer>) -> UnsafeMutablePointer<GstBuffer> {  // transfer full
        guard !downstreamReadsMeta, let meta = media_buffer_video_meta(buffer), !isUsual(meta),
            let copy = gst_buffer_new_allocate(nil, info.size, nil)
        else { return buffer }
        let parts = GstBufferCopyFlags(
            rawValue: GST_BUFFER_COPY_FLAGS.rawValue | GST_BUFFER_COPY_TIMESTAMPS.rawValue
                | GST_BUFFER_COPY_META.rawValue)
        gst_buffer_copy_into(copy, buffer, parts, 0, gsize.max)
        if let copied = media_buffer_video_meta(copy) {
            gst_buffer_remove_meta(copy, UnsafeMutableRawPointer(copied).assumingMemoryBound(to: GstMeta.self))
        }
        var info = info
        var source = GstVideoFrame()
        var target = GstVideoFrame()
        guard gst_video_frame_map(&source, &info, buffer, GST_MAP_READ) != 0 else {
            gst_buffer_unref(copy)
            return buffer
        }
        if gst_video_frame_map(&target, &info, copy, GST_MAP_WRITE) != 0 {
            copyRows(from: source, to: target)
            gst_video_frame_unmap(&target)
        }
        gst_video_frame_unmap(&source)
        gst_buffer_unref(buffer)
        return copy
    }

    /// Whole rows: gst_video_frame_copy leaves out the last chroma sample of an odd YUY2 row.
    private func copyRows(from source: GstVideoFrame, to target: GstVideoFrame) {
        let bases = [
            (source.data.0, target.data.0), (source.data.1, target.data.1), (source.data.2, target.data.2),
            (source.data.3, target.data.3),
        ]
        let strides = [
            (source.info.stride.0, target.info.stride.0), (source.info.stride.1, target.info.stride.1),
            (source.info.stride.2, target.info.stride.2), (source.info.stride.3, target.info.stride.3),
        ]
        let samples = layout.format.components + (layout.format.alpha.map { [$0] } ?? [])
        for plane in 0..<layout.format.planeCount {
            guard let component = samples.first(where: { $0.plane == plane }),
                let sourceBase = bases[plane].0, let targetBase = bases[plane].1
            else { continue }
            let (sourceStride, targetStride) = (Int(strides[plane].0), Int(strides[plane].1))
            for row in 0..<component.rows(ofHeight: layout.height) {
                (targetBase + row * targetStride).copyMemory(
                    from: sourceBase + row * sourceStride, byteCount: min(sourceStride, targetStride))
            }
        }
    }

    private func isUsual(_ meta: UnsafeMutablePointer<GstVideoMeta>) -> Bool {
        let strides = [meta.pointee.stride.0, meta.pointee.stride.1, meta.pointee.stride.2, meta.pointee.stride.3]
        let offsets = [meta.pointee.offset.0, meta.pointee.offset.1, meta.pointee.offset.2, meta.pointee.offset.3]
        let usualStrides = [info.stride.0, info.stride.1, info.stride.2, info.stride.3]
        let usualOffsets = [info.offset.0, info.offset.1, info.offset.2, info.offset.3]
        return (0..<Int(meta.pointee.n_planes)).allSatisfy {
            strides[$0] == usualStrides[$0] && offsets[$0] == usualOffsets[$0]
        }
    }
}
