internal import CGStreamer
public import Frames

/// Takes one region of frames out as RGB of the network's size, and brings RGB back as that region in the frames' own
/// format.
///
/// Crop, scale and colour go in one pass each way, through GstVideoConverter: cubic resampling with as many taps as the
/// ratio asks for (so shrinking does not alias), no dithering, and the layout's own colour matrix and range. The RGB
/// side is full-range sRGB. On the way to RGB a pixel takes the chroma of its own sample alone: what its neighbours' samples
/// hold, an overlay's colour perhaps, does not tint it.
///
/// The region's left and top keep to `PixelFormat.cropAlignment`; its right and bottom may end anywhere.
public final class RegionConverter {
    private let layout: FrameLayout
    private let region: Rectangle
    private let frameInfo: GstVideoInfo
    private let rgbInfo: GstVideoInfo
    private let regionInfo: GstVideoInfo
    private let reader: OpaquePointer
    private let writer: OpaquePointer
    private let patchBytes: UnsafeMutableRawBufferPointer

    /// Throws: `FrameError` where GStreamer cannot convert between the two, or the region lies outside the frame.
    public init(layout: FrameLayout, region: Rectangle, width: Int, height: Int) throws {
        try GStreamer.initialize()
        let step = layout.format.cropAlignment
        guard !region.isEmpty, layout.bounds.contains(region),
            region.x.isMultiple(of: step.x), region.y.isMultiple(of: step.y)
        else {
            throw FrameError(
                .badSetting, subject: "region",
                detail: "\(region.x),\(region.y),\(region.width),\(region.height) does not fit into a "
                    + "\(layout.width)x\(layout.height) \(layout.format.rawValue) frame in steps of \(step.x)x\(step.y)"
            )
        }
        self.layout = layout
        self.region = region
        frameInfo = try layout.videoInfo(width: layout.width, height: layout.height)
        regionInfo = try layout.videoInfo(width: region.width, height: region.height)
        let rgb = FrameLayout(format: .rgb, width: width, height: height)
        var packed = try rgb.videoInfo(width: width, height: height)
        // RGB towards the network has rows without padding.
        packed.stride.0 = Int32(width * 3)
        packed.size = UInt(width * 3 * height)
        rgbInfo = packed

        let crop: [(UnsafePointer<CChar>?, Int)] = [
            (media_option_src_x(), region.x), (media_option_src_y(), region.y),
            (media_option_src_width(), region.width), (media_option_src_height(), region.height),
        ]
        let reader = try Self.converter(
            from: frameInfo, to: rgbInfo, options: crop, chroma: GST_VIDEO_CHROMA_MODE_NONE)
        do {
            writer = try Self.converter(
                from: rgbInfo, to: regionInfo, options: [], chroma: GST_VIDEO_CHROMA_MODE_FULL)
        } catch {
            gst_video_converter_free(reader)
            throw error
        }
        self.reader = reader
        patchBytes = .allocate(byteCount: Int(regionInfo.size), alignment: 64)
    }

    deinit {
        gst_video_converter_free(reader)
        gst_video_converter_free(writer)
        patchBytes.deallocate()
    }

    /// Crops, scales and converts the frame's region to packed RGB.
    ///
    /// Shapes: `rgb` holds height × width × 3 bytes, rows without padding.
    public func read(_ frame: Frame, into rgb: UnsafeMutableRawBufferPointer) throws {
        precondition(rgb.count >= Int(rgbInfo.size), "the RGB picture holds width x height x 3 bytes")
        precondition(frame.layout == layout, "a converter reads frames of the layout it was made for")
        guard let base = rgb.baseAddress else { return }
        try frame.storage.read { planes in
            convert(
                reader, from: frameInfo, planes: planes, to: rgbInfo,
                planes: [Plane(base: base, strideBytes: Int(rgbInfo.stride.0))])
        }
    }

    /// Converts and scales packed RGB to the region's size and the frame's format.
    ///
    /// Ownership: the planes belong to the converter and hold until its next call.
    public func patch(from rgb: UnsafeRawBufferPointer) throws -> [Plane] {
        precondition(rgb.count >= Int(rgbInfo.size), "the RGB picture holds width x height x 3 bytes")
        guard let source = rgb.baseAddress, let target = patchBytes.baseAddress else { return [] }
        let (offset, stride) = (regionInfo.offset, regionInfo.stride)
        let offsets = [offset.0, offset.1, offset.2, offset.3]
        let strides = [stride.0, stride.1, stride.2, stride.3]
        let planes = (0..<layout.format.planeCount).map {
            Plane(base: target + Int(offsets[$0]), strideBytes: Int(strides[$0]))
        }
        // The converter only reads its source.
        let sourcePlane = Plane(base: UnsafeMutableRawPointer(mutating: source), strideBytes: Int(rgbInfo.stride.0))
        convert(writer, from: rgbInfo, planes: [sourcePlane], to: regionInfo, planes: planes)
        return planes
    }

    private func convert(
        _ converter: OpaquePointer, from source: GstVideoInfo, planes sourcePlanes: [Plane], to target: GstVideoInfo,
        planes targetPlanes: [Plane]
    ) {
        var sourceFrame = Self.videoFrame(source, planes: sourcePlanes)
        var targetFrame = Self.videoFrame(target, planes: targetPlanes)
        gst_video_converter_frame(converter, &sourceFrame, &targetFrame)
    }

    /// A GstVideoFrame over memory that is mapped already.
    private static func videoFrame(_ info: GstVideoInfo, planes: [Plane]) -> GstVideoFrame {
        var frame = GstVideoFrame()
        frame.info = info
        withUnsafeMutableBytes(of: &frame.data) { bytes in
            let data = bytes.bindMemory(to: UnsafeMutableRawPointer?.self)
            for (index, plane) in planes.enumerated() { data[index] = plane.base }
        }
        withUnsafeMutableBytes(of: &frame.info.stride) { bytes in
            let strides = bytes.bindMemory(to: Int32.self)
            for (index, plane) in planes.enumerated() { strides[index] = Int32(plane.strideBytes) }
        }
        return frame
    }

    private static func converter(
        from source: GstVideoInfo, to target: GstVideoInfo, options: [(UnsafePointer<CChar>?, Int)],
        chroma: GstVideoChromaMode
    ) throws -> OpaquePointer {
        var source = source
        var target = target
        let configuration = gst_structure_new_empty("region")  // transfer full, taken by the converter
        for (name, value) in options { media_structure_set_int(configuration, name, Int32(value)) }
        media_structure_set_enum(
            configuration, media_option_resampler(), gst_video_resampler_method_get_type(),
            Int32(GST_VIDEO_RESAMPLER_METHOD_CUBIC.rawValue))
        media_structure_set_enum(
            configuration, media_option_chroma_mode(), gst_video_chroma_mode_get_type(), Int32(chroma.rawValue))
        media_structure_set_enum(
            configuration, media_option_dither(), gst_video_dither_method_get_type(),
            Int32(GST_VIDEO_DITHER_NONE.rawValue))
        guard let converter = gst_video_converter_new(&source, &target, configuration) else {
            throw FrameError(
                .unavailable, subject: "GstVideoConverter",
                detail: "cannot convert \(source.width)x\(source.height) to \(target.width)x\(target.height)")
        }
        return converter
    }
}
