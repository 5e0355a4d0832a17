internal import CGStreamer
internal import Frames

extension FrameLayout {
    /// What the caps say; nil where they are no raw video of a format the stage takes.
    init?(_ info: GstVideoInfo) {
        guard let description = info.finfo, let name = description.pointee.name,
            let format = PixelFormat(rawValue: String(cString: name)), info.width > 0, info.height > 0
        else { return nil }
        var info = info
        self.init(format: format, width: Int(info.width), height: Int(info.height))
        if let text = gst_video_colorimetry_to_string(&info.colorimetry) {  // transfer full
            colorimetry = String(cString: text)
            g_free(text)
        }
        if info.chroma_site != GST_VIDEO_CHROMA_SITE_UNKNOWN,
            let text = gst_video_chroma_site_to_string(info.chroma_site)  // transfer full
        {
            chromaSite = String(cString: text)
            g_free(text)
        }
        if info.fps_n > 0, info.fps_d > 0 {
            frameDuration = Timestamp(
                nanoseconds: UInt64(gst_util_uint64_scale_int_round(media_second(), info.fps_d, info.fps_n)))
        }
    }

    /// GStreamer's description of a picture of this layout, `width` by `height` pixels, rows as GStreamer would pad them.
    ///
    /// Throws: `FrameError` where GStreamer knows no such picture or colorimetry.
    func videoInfo(width: Int, height: Int) throws(FrameError) -> GstVideoInfo {
        var info = GstVideoInfo()
        guard let width32 = UInt32(exactly: width), let height32 = UInt32(exactly: height),
            gst_video_info_set_format(&info, media_video_format(format.rawValue), width32, height32) != 0
        else {
            throw FrameError(
                .unavailable, subject: "GstVideoInfo", detail: "no \(format.rawValue) picture of \(width)x\(height)")
        }
        if !colorimetry.isEmpty, gst_video_colorimetry_from_string(&info.colorimetry, colorimetry) == 0 {
            throw FrameError(.badData, subject: "caps", detail: "unknown colorimetry \"\(colorimetry)\"")
        }
        if !chromaSite.isEmpty {
            info.chroma_site = gst_video_chroma_site_from_string(chromaSite)
        }
        return info
    }
}
