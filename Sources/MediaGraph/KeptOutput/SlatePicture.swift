internal import CGStreamer

/// The still picture that an output shows while its input is away, in whatever format the output has.
struct SlatePicture: Sendable {
    /// A picture in any format that GStreamer decodes; nil is a plain dark one.
    let path: String?

    /// Throws: `PipelineError` where the file is no picture.
    func check() throws(PipelineError) {
        guard let caps = gst_caps_from_string("video/x-raw,format=I420,width=16,height=16") else { return }
        defer { gst_caps_unref(caps) }
        _ = try buffer(for: caps)
    }

    /// The picture in a format and size, its shape kept.
    ///
    /// Throws: `PipelineError` where it cannot be read or converted.
    func buffer(for caps: UnsafeMutablePointer<GstCaps>) throws(PipelineError) -> MiniObject<GstBuffer> {
        let picture = path.map { PictureReader.Picture.file($0) } ?? .plain(red: 24, green: 24, blue: 24)
        do {
            return try PictureReader(picture, as: Self.stillCaps(caps)).buffer()
        } catch {
            throw PipelineError(.notFound, subject: path ?? "slate", detail: "\(error)", cause: .pipeline)
        }
    }

    /// What of a stream's caps a single picture can have.
    private static func stillCaps(_ caps: UnsafeMutablePointer<GstCaps>) -> CapsHandle {
        guard let copy = gst_caps_copy(caps) else { preconditionFailure("caps can be copied") }
        let fields = ["framerate", "max-framerate", "interlace-mode", "field-order", "multiview-mode", "chroma-site"]
        for index in 0..<gst_caps_get_size(copy) {
            let structure = gst_caps_get_structure(copy, index)
            for field in fields { gst_structure_remove_field(structure, field) }
        }
        return CapsHandle(adopting: copy)
    }
}
