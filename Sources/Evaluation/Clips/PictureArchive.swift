internal import Frames
internal import Inpainting

/// The pictures of a zip archive in the order of their names: the frames or the masks of a clip.
///
/// Names that end in numbers have to rise in one step, so that a lost frame is not taken for a fast one.
struct PictureArchive {
    /// The greatest picture file that is read. Units: bytes.
    private static let longestFile = 256 << 20

    let path: String
    /// In order.
    let names: [String]
    private let archive: ZipArchive

    /// - Parameter suffixes: what counts as a picture, in lower case.
    ///
    /// Throws: `FrameError` where the file is no zip archive, holds no such picture, or lacks one.
    init(contentsOf path: String, suffixes: [String]) throws(FrameError) {
        archive = try ZipArchive(contentsOf: path)
        self.path = path
        names = archive.entries.keys.filter { name in
            // What macOS adds about a file bears the file's name.
            !name.hasPrefix("__MACOSX/") && suffixes.contains { name.lowercased().hasSuffix($0) }
        }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard !names.isEmpty else {
            throw FrameError(
                .badData, subject: path,
                detail: "holds no picture: expected names that end in "
                    + suffixes.joined(separator: " or "))
        }
        try checkNumbers()
    }

    /// A picture's file.
    ///
    /// Throws: `FrameError.badData` where it is damaged or too large.
    func file(_ name: String) throws(FrameError) -> [UInt8] {
        guard let entry = archive.entries[name] else { preconditionFailure("the names are the archive's own") }
        guard entry.size <= Self.longestFile else { throw damage(name, "holds \(entry.size) bytes, too many") }
        let file = entry.isDeflated ? PictureCodec.inflate(entry.bytes, size: entry.size) : Array(entry.bytes)
        guard let file, file.count == entry.size, PictureCodec.checksum(file) == entry.checksum else {
            throw damage(name, "is damaged: its length or checksum is not what the archive says")
        }
        return file
    }

    /// Every picture, read by `decode` and of one size.
    ///
    /// Throws: `FrameError.badData` where one is no picture, or not of the first one's size.
    func read<Picture>(
        _ decode: ([UInt8]) throws(PictureCodec.Failure) -> Picture, size: (Picture) -> (width: Int, height: Int),
        mostBytes: Int
    ) throws(FrameError) -> [Picture] {
        var pictures: [Picture] = []
        var first = (width: 0, height: 0)
        for name in names {
            let file = try file(name)
            do throws(PictureCodec.Failure) {
                pictures.append(try decode(file))
            } catch {
                throw damage(name, "is no picture that can be read: \(error.detail)")
            }
            let size = size(pictures[pictures.count - 1])
            if pictures.count == 1 {
                first = size
                guard size.width * size.height * 3 * names.count <= mostBytes else {
                    throw FrameError(
                        .badData, subject: path,
                        detail: "\(names.count) pictures of \(size.width)x\(size.height) are more than the "
                            + "\(mostBytes >> 20) MiB that a clip may take")
                }
            }
            guard size == first else {
                throw damage(
                    name, "is \(size.width)x\(size.height), and the first is \(first.width)x\(first.height)")
            }
        }
        return pictures
    }

    private func damage(_ name: String, _ detail: String) -> FrameError {
        FrameError(.badData, subject: path, detail: "\(name.oneLine) \(detail)")
    }

    private func checkNumbers() throws(FrameError) {
        let numbers = names.map(Self.number)
        guard numbers.count > 2, let first = numbers[0], let second = numbers[1], second > first else { return }
        let step = second - first
        for (index, number) in numbers.enumerated().dropFirst(2) {
            guard let number, let before = numbers[index - 1] else { return }
            guard number - before == step else {
                throw FrameError(
                    .badData, subject: path,
                    detail: "number \(before + step) is missing: \(names[index].oneLine) follows "
                        + "\(names[index - 1].oneLine), and numbers rise by \(step) before")
            }
        }
    }

    /// The number that a name's stem ends in.
    private static func number(of name: String) -> Int? {
        let stem = name.split(separator: "/").last?.prefix { $0 != "." } ?? ""
        let digits = stem.utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return Int(String(decoding: digits.reversed(), as: UTF8.self))
    }
}
