package import Frames
internal import Glibc

/// Clips as STTN's data sets keep them: a folder with a zip archive of numbered JPEG frames for each.
package struct Dataset: Sendable {
    /// Bytes of a clip's pictures in memory.
    private static let mostBytes = 1 << 30

    /// A clip in memory.
    package struct Clip: Sendable {
        package let name: String
        package let frames: [RGBPicture]
    }

    /// Names of all clips, in the order of their bytes.
    package let clips: [String]
    /// Names of the clips that have object masks, in the same order.
    package let masked: [String]
    private let clipFolder: String
    private let maskFolder: String?

    /// - Parameters:
    ///   - clips: a folder of `NAME.zip`, each with JPEG (or PNG) frames.
    ///   - masks: a folder of `NAME.zip`, each with PNG masks, white = hole.
    ///
    /// Throws: `FrameError.notFound` where a folder is not there or holds none.
    package init(clips: String, masks: String?) throws(FrameError) {
        self.clips = try Self.archives(in: clips)
        masked = try masks.map { folder throws(FrameError) in try Self.archives(in: folder) } ?? []
        clipFolder = clips
        maskFolder = masks
    }

    /// Reads a clip.
    ///
    /// Throws: `FrameError` where it is damaged, or its frames differ in size.
    package func clip(_ name: String) throws(FrameError) -> Clip {
        let archive = try PictureArchive(
            contentsOf: "\(clipFolder)/\(name).zip", suffixes: [".jpg", ".jpeg", ".png"])
        return Clip(
            name: name,
            frames: try archive.read(
                PictureCodec.rgb, size: { ($0.width, $0.height) }, mostBytes: Self.mostBytes))
    }

    /// Reads a clip's object masks, which have to be of the size of the clip that they are laid over.
    ///
    /// Throws: `FrameError` where they are damaged, differ in size, or have another one.
    package func objectMasks(_ name: String, width: Int, height: Int) throws(FrameError) -> [Mask] {
        guard let maskFolder else { return [] }
        let path = "\(maskFolder)/\(name).zip"
        let masks = try PictureArchive(contentsOf: path, suffixes: [".png"]).read(
            PictureCodec.mask, size: { ($0.width, $0.height) }, mostBytes: Self.mostBytes)
        guard let first = masks.first, first.width == width, first.height == height else {
            let (seenWidth, seenHeight) = (masks.first?.width ?? 0, masks.first?.height ?? 0)
            throw FrameError(
                .badData, subject: path,
                detail: "its masks are \(seenWidth)x\(seenHeight), and the clip that they are laid over is "
                    + "\(width)x\(height)")
        }
        return masks
    }

    private static func archives(in folder: String) throws(FrameError) -> [String] {
        guard let directory = opendir(folder) else {
            let reason = String(cString: strerror(errno))
            throw FrameError(.notFound, subject: folder, detail: "cannot be opened", underlying: reason)
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name.hasSuffix(".zip"), !name.hasPrefix(".") { names.append(String(name.dropLast(4))) }
        }
        guard !names.isEmpty else {
            throw FrameError(.notFound, subject: folder, detail: "holds no zip archive")
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
