internal import FoundationEssentials
internal import Frames
internal import MediaGraph

/// Makes and reads PNG files, and fills stills, in a folder of its own. One thing at a time.
struct PictureBench: Sendable {
    let folder: String

    /// The size of a PNG file, as its head says.
    ///
    /// Throws: `FrameError` for bytes that do not begin as a PNG file does.
    static func size(ofPNG bytes: [UInt8]) throws(FrameError) -> (width: Int, height: Int) {
        let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
        guard bytes.count >= 33, bytes.starts(with: signature), bytes[12..<16].elementsEqual("IHDR".utf8) else {
            throw FrameError(.badData, subject: "the picture", detail: "is no PNG file")
        }
        let number = { (place: Int) in bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        return (number(16), number(20))
    }

    /// The mask that a PNG file shows, white being hole.
    ///
    /// Throws: `FrameError` for what is no PNG file of this size.
    func mask(inPNG bytes: [UInt8], width: Int, height: Int) throws -> Mask {
        let size = try Self.size(ofPNG: bytes)
        guard size == (width, height) else {
            throw FrameError(
                .badData, subject: "the picture",
                detail: "is \(size.width)x\(size.height), expected the still's \(width)x\(height)")
        }
        try write(bytes, "drawn.png")
        let gray: GrayImage
        do {
            gray = try ImageFile.gray(contentsOf: "\(folder)/drawn.png")
        } catch let error as FrameError {
            throw FrameError(.badData, subject: "the picture", detail: error.detail, underlying: error.underlying)
        }
        guard (gray.width, gray.height) == (width, height) else {
            throw FrameError(.badData, subject: "the picture", detail: "is of another size than its head says")
        }
        return Mask(width: width, height: height, pixels: gray.pixels.map { $0 >> 7 })
    }

    /// A mask as a PNG file of 8 bits a pixel: 255 is hole, 0 is not.
    ///
    /// Throws: `PipelineError`.
    func png(of mask: Mask) throws -> [UInt8] {
        // The parser wants rows of whole words.
        let padding = [UInt8](repeating: 0, count: (4 - mask.width % 4) % 4)
        let rows = (0..<mask.height).flatMap { y in
            mask.pixels[y * mask.width..<(y + 1) * mask.width].map { $0 == 0 ? 0 : 255 } + padding
        }
        try write(rows, "raw")
        return try make(
            """
            filesrc location=${in} blocksize=\(rows.count)
            ! rawvideoparse format=gray8 width=\(mask.width) height=\(mask.height) ! pngenc ! filesink location=${out}
            """)
    }

    /// A still with its hole filled, as a stage with the default weights fills it: a PNG file.
    ///
    /// Throws: `PipelineError`.
    func fill(_ still: [UInt8], _ mask: Mask) throws -> [UInt8] {
        let hole = try png(of: mask)
        try write(hole, "mask.png")
        try write(still, "raw")
        return try make(
            """
            filesrc location=${in} ! pngdec ! videoconvert ! video/x-raw,format=RGB
            ! inpaint mask=${mask} ! pngenc compression-level=1 ! filesink location=${out}
            """, ["mask": "file:'\(folder)/mask.png'"])
    }

    private func make(_ text: String, _ knobs: [String: String] = [:]) throws -> [UInt8] {
        let out = "\(folder)/out.png"
        let values = ["in": "\(folder)/raw", "out": out]
        let description = try PipelineDescription(parsing: text, name: "the picture")
        let pipeline = try Pipeline(description.plan(setting: knobs.merging(values) { $1 }))
        _ = try PipelineRun(pipeline).run(tickEvery: .seconds(1)) { _ in }
        guard let picture = FileManager.default.contents(atPath: out) else {
            throw PipelineError(.inputOutput, subject: out, detail: "cannot be read")
        }
        return Array(picture)
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        guard FileManager.default.createFile(atPath: "\(folder)/\(name)", contents: Data(bytes)) else {
            throw PipelineError(.cannotCreate, subject: "\(folder)/\(name)", detail: "cannot be written")
        }
    }
}
