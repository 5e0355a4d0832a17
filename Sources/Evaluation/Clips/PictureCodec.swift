internal import CCodecs
package import Frames
internal import Glibc

/// Pictures in files, and files in zip archives, between bytes and bytes.
package enum PictureCodec {
    /// What is wrong with some bytes; the name of their file is added where it is known.
    package struct Failure: Error {
        let detail: String
    }

    private typealias Decoder = (
        UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<Int32>?, UnsafeMutablePointer<Int32>?,
        UnsafeMutablePointer<CChar>?
    ) -> UnsafeMutablePointer<UInt8>?

    /// A JPEG or PNG file's picture; what is transparent is left out of account.
    package static func rgb(_ file: [UInt8]) throws(Failure) -> RGBPicture {
        if file.starts(with: [0xff, 0xd8]) {
            let picture = try decode(file, channels: 3, codecs_jpeg_decode)
            return RGBPicture(width: picture.width, height: picture.height, pixels: picture.pixels)
        }
        let picture = try png(file)
        var pixels = [UInt8]()
        pixels.reserveCapacity(picture.width * picture.height * 3)
        for place in stride(from: 0, to: picture.pixels.count, by: 4) { pixels += picture.pixels[place..<place + 3] }
        return RGBPicture(width: picture.width, height: picture.height, pixels: pixels)
    }

    /// A PNG file's hole: where it is half white or more, what is transparent being black.
    package static func mask(_ file: [UInt8]) throws(Failure) -> Mask {
        let picture = try png(file)
        let pixels = stride(from: 0, to: picture.pixels.count, by: 4).map { place -> UInt8 in
            let (red, green, blue) = (
                Int(picture.pixels[place]), Int(picture.pixels[place + 1]), Int(picture.pixels[place + 2])
            )
            let luma = (299 * red + 587 * green + 114 * blue + 500) / 1000
            return (luma * Int(picture.pixels[place + 3]) + 127) / 255 >= 128 ? 1 : 0
        }
        return Mask(width: picture.width, height: picture.height, pixels: pixels)
    }

    /// A picture as a PNG file.
    package static func png(_ picture: RGBPicture) throws(Failure) -> [UInt8] {
        var text = [CChar](repeating: 0, count: Int(CODECS_TEXT))
        var count = 0
        let file = codecs_png_encode(picture.pixels, Int32(picture.width), Int32(picture.height), &count, &text)
        guard let file else { throw Failure(detail: words(text)) }
        defer { free(file) }
        return Array(UnsafeBufferPointer(start: file, count: count))
    }

    /// Inflates raw deflate data into exactly `size` bytes; nil where that is not what they are.
    package static func inflate(_ bytes: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
        var isWhole = false
        let result = [UInt8](unsafeUninitializedCapacity: size) { out, count in
            isWhole = bytes.withUnsafeBufferPointer {
                codecs_inflate($0.baseAddress, $0.count, out.baseAddress, size)
            }
            count = isWhole ? size : 0
        }
        return isWhole ? result : nil
    }

    package static func checksum(_ bytes: [UInt8]) -> UInt32 { codecs_crc32(bytes, bytes.count) }

    private static func png(_ file: [UInt8]) throws(Failure) -> (width: Int, height: Int, pixels: [UInt8]) {
        guard file.starts(with: [0x89, 0x50, 0x4e, 0x47]) else { throw Failure(detail: "neither JPEG nor PNG") }
        return try decode(file, channels: 4, codecs_png_decode)
    }

    private static func decode(
        _ file: [UInt8], channels: Int, _ decoder: Decoder
    ) throws(Failure) -> (width: Int, height: Int, pixels: [UInt8]) {
        var (width, height) = (Int32(0), Int32(0))
        var text = [CChar](repeating: 0, count: Int(CODECS_TEXT))
        guard let pixels = decoder(file, file.count, &width, &height, &text) else {
            throw Failure(detail: words(text))
        }
        defer { free(pixels) }
        let count = Int(width) * Int(height) * channels
        return (Int(width), Int(height), Array(UnsafeBufferPointer(start: pixels, count: count)))
    }

    private static func words(_ text: [CChar]) -> String {
        String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
