internal import Glibc

/// The hole of one frame: a picture the frame's size in which 1 is a hole and 0 is not.
public struct Mask: Hashable, Sendable {
    public let width: Int
    public let height: Int
    /// One byte a pixel, 0 or 1, rows without padding.
    public let pixels: [UInt8]
    /// The smallest box that holds every hole pixel; empty where there is none.
    public let bounds: Rectangle

    public init(width: Int, height: Int, pixels: [UInt8]) {
        precondition(pixels.count == width * height, "a mask holds one byte a pixel")
        self.width = width
        self.height = height
        self.pixels = pixels
        self.bounds = Self.bounds(of: pixels, width: width, height: height)
    }

    /// A mask without a hole.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 0, count: width * height)
        bounds = .empty
    }

    public var isEmpty: Bool { bounds.isEmpty }

    private static func bounds(of pixels: [UInt8], width: Int, height: Int) -> Rectangle {
        pixels.withUnsafeBytes { pixels in
            var left = width
            var right = 0
            var top = height
            var bottom = 0
            for y in 0..<height {
                let row = UnsafeRawBufferPointer(rebasing: pixels[y * width..<(y + 1) * width])
                guard !isZero(row), let first = row.firstIndex(where: { $0 != 0 }),
                    let last = row.lastIndex(where: { $0 != 0 })
                else { continue }
                left = min(left, first)
                right = max(right, last + 1)
                top = min(top, y)
                bottom = y + 1
            }
            return right > left ? Rectangle(x: left, y: top, width: right - left, height: bottom - top) : .empty
        }
    }

    public static func == (one: Mask, other: Mask) -> Bool {
        guard one.width == other.width, one.height == other.height, one.bounds == other.bounds else { return false }
        if one.bounds.isEmpty { return true }
        return one.pixels.withUnsafeBytes { one in
            other.pixels.withUnsafeBytes { other in
                guard let first = one.baseAddress, let second = other.baseAddress else { return true }
                return first == second || memcmp(first, second, one.count) == 0
            }
        }
    }

    /// Most rows of most masks are.
    private static func isZero(_ row: UnsafeRawBufferPointer) -> Bool {
        let wordBytes = MemoryLayout<UInt64>.size
        var index = 0
        var seen: UInt64 = 0
        while index + wordBytes <= row.count {
            seen |= row.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            index += wordBytes
        }
        while index < row.count {
            seen |= UInt64(row[index])
            index += 1
        }
        return seen == 0
    }
}
