import Foundation
import Frames
import Testing

import Evaluation

@Suite struct DatasetTests {
    /// The line that reading a clip, made of what `fill` puts into the data set, is refused with.
    private func refusal(_ fill: (TestDataset) throws -> Void) throws -> String {
        try withDataset { dataset in
            try fill(dataset)
            let error = try #require(throws: FrameError.self) {
                _ = try Dataset(clips: dataset.clips, masks: nil).clip("a")
            }
            #expect(error.code == .badData)
            #expect(!"\(error)".contains("\n"))
            return error.detail
        }
    }

    private static func png(_ width: Int, _ height: Int) throws -> [UInt8] {
        try PictureCodec.png(TestClips.truth(width, height, 0))
    }

    @Test("frames come in the order of their names, whatever else the archive holds")
    func order() throws {
        try withDataset { dataset in
            var zip = ZipFile()
            for index in [2, 0, 1] {
                zip.add("clip/0000\(index).png", try PictureCodec.png(TestClips.truth(9, 5, index)))
            }
            zip.add("clip/", [])
            zip.add("clip/readme.txt", Array("text".utf8))
            zip.add("__MACOSX/clip/._00000.png", [0, 1, 2])
            try dataset.write(zip.bytes, to: dataset.clips + "/a.zip")
            let clip = try Dataset(clips: dataset.clips, masks: nil).clip("a")
            #expect(clip.frames == (0..<3).map { TestClips.truth(9, 5, $0) })
        }
    }

    @Test("frames numbered by fives are a clip, as is a single one")
    func steps() throws {
        try withDataset { dataset in
            for (name, numbers) in [("a", [0, 5, 10, 15]), ("b", [7])] {
                var zip = ZipFile()
                for number in numbers { zip.add("f\(number + 1000).png", try Self.png(8, 8)) }
                try dataset.write(zip.bytes, to: "\(dataset.clips)/\(name).zip")
                #expect(try Dataset(clips: dataset.clips, masks: nil).clip(name).frames.count == numbers.count)
            }
        }
    }

    @Test("a lost frame is named")
    func lost() throws {
        let line = try refusal { dataset in
            var zip = ZipFile()
            for number in [0, 1, 2, 4] { zip.add("0000\(number).png", try Self.png(8, 8)) }
            try dataset.write(zip.bytes, to: dataset.clips + "/a.zip")
        }
        #expect(line.contains("number 3 is missing") && line.contains("00004.png follows 00002.png"))
    }

    @Test("numbers without zeros before them would be put in the wrong order, and are refused")
    func unpadded() throws {
        let line = try refusal { dataset in
            var zip = ZipFile()
            for number in 0...11 { zip.add("\(number).png", try Self.png(8, 8)) }
            try dataset.write(zip.bytes, to: dataset.clips + "/a.zip")
        }
        #expect(line.contains("number 2 is missing"))
    }

    @Test("frames of two sizes are refused")
    func mixed() throws {
        let line = try refusal { dataset in
            var zip = ZipFile()
            zip.add("0.png", try Self.png(8, 8))
            zip.add("1.png", try Self.png(8, 9))
            try dataset.write(zip.bytes, to: dataset.clips + "/a.zip")
        }
        #expect(line == "1.png is 8x9, and the first is 8x8")
    }

    @Test("a damaged frame is refused by its checksum, and one that is no picture by its name")
    func damaged() throws {
        let wrong = try refusal { dataset in
            var zip = ZipFile()
            zip.add("0.png", try Self.png(8, 8), checksum: 17)
            try dataset.write(zip.bytes, to: dataset.clips + "/a.zip")
        }
        #expect(wrong.hasPrefix("0.png is damaged"))
        let foreign = try refusal { dataset in
            var zip = ZipFile()
            zip.add("../../0\u{1B}[2J\n.png", Array("GIF89a".utf8))
            try dataset.write(zip.bytes, to: dataset.clips + "/a.zip")
        }
        #expect(foreign.contains("is no picture that can be read: neither JPEG nor PNG"))
        #expect(!foreign.contains("\u{1B}"))
        let empty = try refusal { dataset in
            var zip = ZipFile()
            zip.add("0.txt", [1])
            try dataset.write(zip.bytes, to: dataset.clips + "/a.zip")
        }
        #expect(empty == "holds no picture: expected names that end in .jpg or .jpeg or .png")
    }

    @Test("an archive cut short is refused, wherever it ends")
    func truncated() throws {
        let whole = try TestDataset.archive((0..<3).map { TestClips.truth(16, 8, $0) }).bytes
        for count in [0, 3, 30, whole.count / 2, whole.count - 23, whole.count - 1] {
            let line = try refusal { try $0.write(Array(whole[..<count]), to: $0.clips + "/a.zip") }
            #expect(!line.isEmpty)
        }
    }

    @Test("an entry that claims more than it holds, or more than may be, is refused before memory is taken")
    func bomb() throws {
        let line = try refusal { dataset in
            var zip = ZipFile()
            zip.add("0.png", [3, 0])
            var bytes = zip.bytes
            // The directory's uncompressed size.
            let place = bytes.count - 22 - (46 + 5) + 24
            bytes.replaceSubrange(place..<place + 4, with: [0xff, 0xff, 0xff, 0x7f])
            try dataset.write(bytes, to: dataset.clips + "/a.zip")
        }
        #expect(line == "0.png holds 2147483647 bytes, too many")
    }

    @Test("folders that are not there or hold nothing, and masks of another size, are refused")
    func folders() throws {
        try withDataset { dataset in
            let missing = try #require(throws: FrameError.self) {
                try Dataset(clips: dataset.folder + "/nowhere", masks: nil)
            }
            #expect(missing.code == .notFound)
            let empty = try #require(throws: FrameError.self) { try Dataset(clips: dataset.clips, masks: nil) }
            #expect(empty.code == .notFound && empty.detail == "holds no zip archive")
            try dataset.addClip("a", [TestClips.truth(16, 8, 0)])
            try dataset.addMasks("b", [TestClips.mask(8, 8) { _, _ in true }])
            let size = try #require(throws: FrameError.self) {
                try Dataset(clips: dataset.clips, masks: dataset.masks).objectMasks("b", width: 16, height: 8)
            }
            #expect(size.code == .badData && size.detail.contains("8x8") && size.detail.contains("16x8"))
        }
    }
}
