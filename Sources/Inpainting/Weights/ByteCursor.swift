/// A bounds-checked walk over little-endian bytes.
struct ByteCursor {
    private let bytes: ArraySlice<UInt8>
    /// The index of the next byte in the array that `bytes` is a slice of.
    private(set) var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var remaining: Int { bytes.endIndex - position }

    /// The next `count` bytes.
    mutating func take(_ count: Int, for purpose: String) throws(WeightDefect) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw WeightDefect(.truncated, "ends in \(purpose): \(remaining) bytes are left, \(count) were expected")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func integer<Value: FixedWidthInteger>(
        _ type: Value.Type, for purpose: String
    ) throws(WeightDefect) -> Value {
        try take(MemoryLayout<Value>.size, for: purpose).reversed().reduce(0) {
            $0 << 8 | Value(truncatingIfNeeded: $1)
        }
    }

    /// An unsigned integer of `type` that counts bytes or things, as an Int.
    mutating func count<Value: FixedWidthInteger & UnsignedInteger>(
        _ type: Value.Type, for purpose: String
    ) throws(WeightDefect) -> Int {
        let value = try integer(type, for: purpose)
        guard let count = Int(exactly: value) else {
            throw WeightDefect(.foreign, "gives \(value) as \(purpose), more than any file holds")
        }
        return count
    }

    /// The next `count` bytes as UTF-8 text.
    mutating func text(_ count: Int, for purpose: String) throws(WeightDefect) -> String {
        guard let text = String(validating: try take(count, for: purpose), as: UTF8.self) else {
            throw WeightDefect(.foreign, "\(purpose) is not UTF-8 text")
        }
        return text
    }

    /// Text up to the next line feed, which is taken and left out.
    mutating func line(for purpose: String) throws(WeightDefect) -> String {
        let longest = 512
        let line = bytes[position...].prefix(longest).prefix { $0 != UInt8(ascii: "\n") }
        guard line.count < longest else {
            throw WeightDefect(.foreign, "\(purpose) is longer than \(longest) bytes")
        }
        let text = try text(line.count, for: purpose)
        _ = try take(1, for: purpose)
        return text
    }
}
