package import Frames

/// SHA-256 over all mask bits of a table.
///
/// Order: clips, then masks, as the table has them; of each, every frame, whether it is measured or not; its rows from
/// the top, eight pixels a byte, the first one highest, 1 = hole, the frame's last byte filled up with zeros.
package struct MaskDigest {
    private var hash = SHA256()

    package init() {}

    package mutating func add(_ mask: Mask) {
        var bytes = [UInt8](repeating: 0, count: (mask.pixels.count + 7) / 8)
        for (index, pixel) in mask.pixels.enumerated() where pixel != 0 { bytes[index / 8] |= 0x80 >> (index % 8) }
        hash.add(bytes)
    }

    /// In hexadecimal digits.
    package func finish() -> String {
        hash.finish().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
