import CCodecs
import Foundation
import Frames
import Testing

import Evaluation

/// Pictures by a formula that numpy was given too.
enum TestClips {
    static func truth(_ width: Int, _ height: Int, _ frame: Int) -> RGBPicture {
        picture(width, height) { x, y, c in 7 * (x + 2 * frame) + 13 * y + 31 * c + 5 * (x * y % 17) }
    }

    static func fill(_ width: Int, _ height: Int, _ frame: Int) -> RGBPicture {
        picture(width, height) { x, y, c in 6 * (x + 2 * frame) + 15 * y + 29 * c + 3 * (x * y % 13) }
    }

    static func picture(_ width: Int, _ height: Int, _ value: (Int, Int, Int) -> Int) -> RGBPicture {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<3 { pixels.append(UInt8(value(x, y, c) & 255)) }
            }
        }
        return RGBPicture(width: width, height: height, pixels: pixels)
    }

    static func mask(_ width: Int, _ height: Int, _ isHole: (Int, Int) -> Bool) -> Mask {
        Mask(
            width: width, height: height,
            pixels: (0..<width * height).map { isHole($0 % width, $0 / width) ? 1 : 0 })
    }

    /// A mask as a picture that a mask archive may hold.
    static func picture(of mask: Mask) -> RGBPicture {
        picture(mask.width, mask.height) { x, y, _ in mask.pixels[y * mask.width + x] == 0 ? 0 : 255 }
    }
}

/// A zip archive of files that are stored as they are.
struct ZipFile {
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    /// - Parameter deflated: what stands in the archive in the place of the file's bytes.
    mutating func add(_ name: String, _ file: [UInt8], deflated: [UInt8]? = nil, checksum: UInt32? = nil) {
        let stored = deflated ?? file
        let about =
            Self.bytes(UInt16(20)) + Self.bytes(UInt16(0)) + Self.bytes(UInt16(deflated == nil ? 0 : 8))
            + Self.bytes(UInt32(0)) + Self.bytes(checksum ?? codecs_crc32(file, file.count))
            + Self.bytes(UInt32(stored.count)) + Self.bytes(UInt32(file.count)) + Self.bytes(UInt16(name.utf8.count))
            + Self.bytes(UInt16(0))
        directory += Self.bytes(UInt32(0x0201_4b50)) + Self.bytes(UInt16(20)) + about
        directory += [UInt8](repeating: 0, count: 10) + Self.bytes(UInt32(body.count)) + Array(name.utf8)
        body += Self.bytes(UInt32(0x0403_4b50)) + about + Array(name.utf8) + stored
        count += 1
    }

    var bytes: [UInt8] {
        body + directory + Self.bytes(UInt32(0x0605_4b50)) + Self.bytes(UInt32(0)) + Self.bytes(UInt16(count))
            + Self.bytes(UInt16(count)) + Self.bytes(UInt32(directory.count)) + Self.bytes(UInt32(body.count))
            + Self.bytes(UInt16(0))
    }

    private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }
}

/// A data set in a folder of its own.
struct TestDataset {
    let folder: String

    var clips: String { folder + "/clips" }
    var masks: String { folder + "/masks" }

    init(_ folder: String) throws {
        self.folder = folder
        for path in [clips, masks] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
    }

    func write(_ bytes: [UInt8], to path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    func addClip(_ name: String, _ pictures: [RGBPicture]) throws {
        try write(try Self.archive(pictures).bytes, to: "\(clips)/\(name).zip")
    }

    func addMasks(_ name: String, _ masks: [Mask]) throws {
        try write(try Self.archive(masks.map(TestClips.picture)).bytes, to: "\(self.masks)/\(name).zip")
    }

    static func archive(_ pictures: [RGBPicture]) throws -> ZipFile {
        var zip = ZipFile()
        for (index, picture) in pictures.enumerated() { zip.add("0000\(index).png", try PictureCodec.png(picture)) }
        return zip
    }
}

/// A data set that is removed behind the test.
func withDataset<Result>(_ body: (TestDataset) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inpaintd-\(UUID().uuidString)")
    defer {
        // A folder that cannot be removed is no failure of what was tested.
        try? FileManager.default.removeItem(at: folder)
    }
    return try body(try TestDataset(folder.path))
}
