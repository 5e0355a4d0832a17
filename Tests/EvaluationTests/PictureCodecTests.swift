import Foundation
import Frames
import Testing

import Evaluation

@Suite struct PictureCodecTests {
    /// 17×9, written by Pillow with 4:4:4 and 4:2:0, and the digest of what Pillow reads from them.
    private static let jpegs = [
        (
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hn"
                + "Pk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj"
                + "Y2NjY2P/wAARCAAJABEDAREAAhEBAxEB/8QAGAAAAgMAAAAAAAAAAAAAAAAAAQMCBAX/xAApEAABAgIGCwAAAAAAAAAAAAABAgMA"
                + "MQQFE2Fx0REhIiM0NVRzkrGy/8QAGAEBAQADAAAAAAAAAAAAAAAABQQBAgP/xAAsEQAABAIIBAcAAAAAAAAAAAAAAQIEAyEFERIx"
                + "M0HR8BMUUYEVNHGhseHx/9oADAMBAAIRAxEAPwA2TNXUYOLGknUlImo5XxpHeLjL4Tc5ZnpueUpiZs1XHXZL8C3KY+8kpXukKGy0"
                + "iaheZmeF0ZbsU12rz6nv7CyybMCrVNWW7i3eEWL/AE7fic4S5dIi8Yj9C99RYrfmNH7SfaoEo/D7hOi8JXroII497AfIh2DhkBKS"
                + "80rt8ENGOwiH/9k=",
            "b9342c1b2c4dedf1ffca61ea633708ee22e3f55832ae31dd46b1c3c3c84557ab"
        ),
        (
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hn"
                + "Pk1xeXBkeFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2Nj"
                + "Y2NjY2P/wAARCAAJABEDASIAAhEBAxEB/8QAGAAAAwEBAAAAAAAAAAAAAAAAAAEDAgX/xAApEAABAwEFBwUAAAAAAAAAAAABAAID"
                + "MQQFE2FxESEiIzQ10VRzkrGy/8QAFwEAAwEAAAAAAAAAAAAAAAAAAAMEBf/EACERAAEDAgcBAAAAAAAAAAAAAAEAAgQDFBETITFB"
                + "UXFS/9oADAMBAAIRAxEAPwB4UN3WYSPG0nc1oq4+M1OS2TzNLX8pjhwxMq4Zmprpkne/cbP7Tftywzr5tB+QiMy5IqVdTv54mFrY"
                + "sYVmjFx74UsGf08fxPlC6yFqZTOlBeyfsr//2Q==",
            "cea8dd976e03b6d4b37214d69994c0c9470d113f6b223f9c17c5c26c1b72f88e"
        ),
    ]

    @Test("JPEG pictures are read as Pillow reads them, bit by bit", arguments: jpegs)
    func jpeg(text: String, digest: String) throws {
        let picture = try PictureCodec.rgb([UInt8](try #require(Data(base64Encoded: text))))
        #expect(picture.width == 17 && picture.height == 9)
        var hash = SHA256()
        hash.add(picture.pixels)
        #expect(hash.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == digest)
    }

    @Test("a JPEG file that ends too early is refused, wherever it ends")
    func truncated() throws {
        let file = [UInt8](try #require(Data(base64Encoded: Self.jpegs[1].0)))
        for count in [0, 1, 2, 20, 200, file.count / 2, file.count - 30, file.count - 5] {
            #expect(throws: PictureCodec.Failure.self, "\(count) bytes") {
                try PictureCodec.rgb(Array(file[..<count]))
            }
        }
    }

    @Test("a PNG picture comes back as it went")
    func png() throws {
        let picture = TestClips.truth(19, 6, 0)
        let file = try PictureCodec.png(picture)
        #expect(try PictureCodec.rgb(file) == picture)
        for count in [3, 8, 30, file.count / 2, file.count - 13] {
            #expect(throws: PictureCodec.Failure.self, "\(count) bytes") {
                try PictureCodec.rgb(Array(file[..<count]))
            }
        }
    }

    @Test("a mask's hole is where it is half white or more")
    func mask() throws {
        let file = try PictureCodec.png(TestClips.picture(4, 1) { x, _, _ in [0, 127, 128, 255][x] })
        #expect(try PictureCodec.mask(file).pixels == [0, 0, 1, 1])
    }

    @Test("deflated data are inflated, and nothing else is taken for them")
    func inflate() {
        // zlib's of 40 times "inpaint".
        let bytes: [UInt8] = [203, 204, 43, 72, 204, 204, 43, 201, 28, 165, 80, 41, 0]
        let text = Array(String(repeating: "inpaint", count: 40).utf8)
        #expect(PictureCodec.inflate(bytes[...], size: 280) == text)
        #expect(PictureCodec.checksum(text) == 1_897_680_339)
        #expect(PictureCodec.inflate(bytes[...], size: 279) == nil)
        #expect(PictureCodec.inflate(bytes[...], size: 281) == nil)
        #expect(PictureCodec.inflate(bytes[..<9], size: 280) == nil)
        #expect(PictureCodec.inflate([], size: 0) == nil)
        #expect(PictureCodec.inflate([3, 0], size: 0) == [])
    }
}
