internal import CGStreamer
public import Frames

/// Reads a picture from a file, in any format GStreamer decodes.
public enum ImageFile {
    /// The picture as gray, what is transparent being black. Of a file with many pictures it is the first.
    ///
    /// Gray is the luma of BT.601; a gray picture keeps its values.
    ///
    /// Throws: `FrameError.notFound` where the file cannot be opened, `.badData` where it is no picture, with the file's
    /// name and the cause.
    public static func gray(contentsOf path: String) throws -> GrayImage {
        try read(.file(path), path)
    }

    /// An SVG file drawn in a size, as gray, what is transparent being black.
    ///
    /// Throws: as above.
    public static func gray(contentsOf path: String, width: Int, height: Int) throws -> GrayImage {
        try read(.drawing(path, width: width, height: height), path)
    }

    private static func read(_ picture: PictureReader.Picture, _ path: String) throws -> GrayImage {
        try GStreamer.initialize()
        guard let caps = gst_caps_from_string("video/x-raw,format=RGBA") else {  // transfer full
            preconditionFailure("these caps are written right here")
        }
        return try PictureReader(picture, as: CapsHandle(adopting: caps)).read { info, buffer in
            try gray(of: buffer, info, path: path)
        }
    }

    private static func gray(
        of buffer: UnsafeMutablePointer<GstBuffer>, _ info: GstVideoInfo, path: String
    ) throws -> GrayImage {
        var info = info
        var frame = GstVideoFrame()
        guard gst_video_frame_map(&frame, &info, buffer, GST_MAP_READ) != 0, let base = frame.data.0 else {
            throw PictureReader.notAPicture(path, "its pixels could not be mapped")
        }
        defer { gst_video_frame_unmap(&frame) }

        let width = Int(info.width)
        let height = Int(info.height)
        let stride = Int(frame.info.stride.0)
        let pixels = [UInt8](unsafeUninitializedCapacity: width * height) { pixels, count in
            for y in 0..<height {
                let row = base.advanced(by: y * stride).assumingMemoryBound(to: UInt8.self)
                for x in 0..<width {
                    let red = Int(row[4 * x])
                    let green = Int(row[4 * x + 1])
                    let blue = Int(row[4 * x + 2])
                    let luma = (299 * red + 587 * green + 114 * blue + 500) / 1000
                    pixels[y * width + x] = UInt8((luma * Int(row[4 * x + 3]) + 127) / 255)
                }
            }
            count = width * height
        }
        return GrayImage(width: width, height: height, pixels: pixels)
    }
}
