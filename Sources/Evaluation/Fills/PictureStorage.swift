internal import Frames

/// A picture of packed RGB that the stage writes into.
final class PictureStorage: FrameStorage, @unchecked Sendable {  // Sendable because the stage's one thread has it
    private let width: Int
    private let height: Int
    private let memory: UnsafeMutableRawBufferPointer

    init(_ picture: RGBPicture) {
        width = picture.width
        height = picture.height
        memory = .allocate(byteCount: picture.pixels.count, alignment: 64)
        memory.copyBytes(from: picture.pixels)
    }

    deinit { memory.deallocate() }

    var picture: RGBPicture { RGBPicture(width: width, height: height, pixels: Array(memory)) }

    func read<Result>(_ body: ([Plane]) throws -> Result) throws -> Result { try body(planes) }
    func write<Result>(_ body: ([Plane]) throws -> Result) throws -> Result { try body(planes) }

    private var planes: [Plane] {
        memory.baseAddress.map { [Plane(base: $0, strideBytes: 3 * width)] } ?? []
    }
}
