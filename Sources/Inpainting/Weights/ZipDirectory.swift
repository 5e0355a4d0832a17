/// The entries of a zip file, with and without the 64-bit extension.
///
/// Source: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
struct ZipDirectory {
    /// Every entry, by its name.
    let entries: [String: ZipEntry]

    /// Whether a file begins as a zip file does.
    static func begins(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x50, 0x4b, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4b, 0x05, 0x06])
    }

    init(_ bytes: [UInt8]) throws(WeightDefect) {
        let directory = try Self.directory(of: bytes)
        var cursor = ByteCursor(directory.bytes)
        var entries = [String: ZipEntry]()
        for _ in 0..<directory.entries {
            let entry = try Entry(&cursor)
            guard entries.updateValue(try entry.located(in: bytes), forKey: entry.name) == nil else {
                throw WeightDefect(.foreign, "holds two entries named \(entry.name)")
            }
        }
        self.entries = entries
    }

    /// The bytes of every entry, by its name, where none is compressed.
    func stored() throws(WeightDefect) -> [String: ArraySlice<UInt8>] {
        for (name, entry) in entries where entry.isDeflated {
            throw WeightDefect(.foreign, "entry \(name) is compressed; PyTorch stores its entries as they are")
        }
        return entries.mapValues(\.bytes)
    }

    /// Finds the central directory through the record that ends the file.
    private static func directory(of bytes: [UInt8]) throws(WeightDefect) -> (bytes: ArraySlice<UInt8>, entries: Int) {
        let recordSize = 22
        let longestComment = Int(UInt16.max)
        let earliest = max(bytes.count - recordSize - longestComment, 0)
        guard
            let end = stride(from: bytes.count - recordSize, through: earliest, by: -1).first(where: {
                bytes[$0...].starts(with: [0x50, 0x4b, 0x05, 0x06])
            })
        else { throw WeightDefect(.truncated, "is a zip file without its end") }

        var record = ByteCursor(bytes[(end + 8)...])
        let purpose = "the end of the zip directory"
        _ = try record.take(2, for: purpose)
        var entries = try record.count(UInt16.self, for: purpose)
        var size = try record.count(UInt32.self, for: purpose)
        var start = try record.count(UInt32.self, for: purpose)
        let comment = try record.count(UInt16.self, for: purpose)
        guard record.remaining == comment else {
            throw WeightDefect(
                record.remaining < comment ? .truncated : .foreign,
                "is a zip file with \(record.remaining) bytes after its end record, which gives \(comment)")
        }
        if entries == UInt16.max || size == UInt32.max || start == UInt32.max {
            (entries, size, start) = try wideRecord(of: bytes, before: end)
        }
        guard start <= end, size <= end - start else {
            throw WeightDefect(.foreign, "is a zip file whose directory lies outside it")
        }
        return (bytes[start..<start + size], entries)
    }

    /// The 64-bit record, found through the locator that stands before the end record.
    private static func wideRecord(
        of bytes: [UInt8], before end: Int
    ) throws(WeightDefect) -> (entries: Int, size: Int, start: Int) {
        let purpose = "the 64-bit end of the zip directory"
        let locatorSize = 20
        guard end >= locatorSize, bytes[(end - locatorSize)...].starts(with: [0x50, 0x4b, 0x06, 0x07]) else {
            throw WeightDefect(.foreign, "is a zip file without \(purpose)")
        }
        var locator = ByteCursor(bytes[(end - locatorSize + 8)..<end])
        let position = try locator.count(UInt64.self, for: purpose)
        guard position < end, bytes[position...].starts(with: [0x50, 0x4b, 0x06, 0x06]) else {
            throw WeightDefect(.foreign, "is a zip file without \(purpose)")
        }
        var record = ByteCursor(bytes[position..<end])
        _ = try record.take(32, for: purpose)
        let entries = try record.count(UInt64.self, for: purpose)
        let size = try record.count(UInt64.self, for: purpose)
        return (entries, size, try record.count(UInt64.self, for: purpose))
    }
}

/// One entry of a zip file's central directory.
private struct Entry {
    let name: String
    private let isEncrypted: Bool
    private let method: UInt16
    private let checksum: UInt32
    private let storedSize: Int
    private let size: Int
    private let headerStart: Int

    init(_ cursor: inout ByteCursor) throws(WeightDefect) {
        let purpose = "the zip directory"
        guard try cursor.integer(UInt32.self, for: purpose) == 0x0201_4b50 else {
            throw WeightDefect(.foreign, "is a zip file whose directory is damaged")
        }
        _ = try cursor.take(4, for: purpose)
        isEncrypted = try cursor.integer(UInt16.self, for: purpose) & 1 != 0
        method = try cursor.integer(UInt16.self, for: purpose)
        _ = try cursor.take(4, for: purpose)
        checksum = try cursor.integer(UInt32.self, for: purpose)
        var stored = try cursor.count(UInt32.self, for: purpose)
        var full = try cursor.count(UInt32.self, for: purpose)
        let nameLength = try cursor.count(UInt16.self, for: purpose)
        let extraLength = try cursor.count(UInt16.self, for: purpose)
        let commentLength = try cursor.count(UInt16.self, for: purpose)
        _ = try cursor.take(8, for: purpose)
        var start = try cursor.count(UInt32.self, for: purpose)
        name = try cursor.text(nameLength, for: "a name in the zip directory")
        var extra = ByteCursor(try cursor.take(extraLength, for: purpose))
        _ = try cursor.take(commentLength, for: purpose)

        // The extra field holds, in this order, only those numbers that did not fit.
        while extra.remaining >= 4 {
            let tag = try extra.integer(UInt16.self, for: purpose)
            var field = ByteCursor(try extra.take(try extra.count(UInt16.self, for: purpose), for: purpose))
            guard tag == 1 else { continue }
            if full == UInt32.max { full = try field.count(UInt64.self, for: purpose) }
            if stored == UInt32.max { stored = try field.count(UInt64.self, for: purpose) }
            if start == UInt32.max { start = try field.count(UInt64.self, for: purpose) }
        }
        storedSize = stored
        size = full
        headerStart = start
    }

    func located(in bytes: [UInt8]) throws(WeightDefect) -> ZipEntry {
        guard !isEncrypted else { throw WeightDefect(.foreign, "entry \(name) is encrypted") }
        let (isStored, isDeflated) = (method == 0, method == 8)
        guard isStored || isDeflated else {
            throw WeightDefect(
                .foreign, "entry \(name) is compressed by method \(method), which is neither stored nor deflated")
        }
        guard headerStart <= bytes.count else {
            throw WeightDefect(.truncated, "entry \(name) begins at \(headerStart), beyond the end of the file")
        }
        let purpose = "entry \(name)"
        var header = ByteCursor(bytes[headerStart...])
        guard try header.integer(UInt32.self, for: purpose) == 0x0403_4b50 else {
            throw WeightDefect(.foreign, "entry \(name) is not where the zip directory says")
        }
        _ = try header.take(22, for: purpose)
        let nameLength = try header.count(UInt16.self, for: purpose)
        let extraLength = try header.count(UInt16.self, for: purpose)
        _ = try header.take(nameLength + extraLength, for: purpose)
        return ZipEntry(
            bytes: try header.take(storedSize, for: purpose), isDeflated: isDeflated, size: size, checksum: checksum)
    }
}
