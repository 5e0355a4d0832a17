internal import FoundationEssentials

/// The .safetensors format: an 8-byte length, that much JSON, and the tensors' bytes without a gap.
///
/// Source: the format's description in the safetensors repository, whose checks these are.
enum Safetensors {
    /// The greatest header, as the format sets it.
    private static let longestHeader = 100_000_000

    /// Whether a file begins as one of these does.
    static func begins(_ bytes: [UInt8]) -> Bool {
        bytes.count > 8 && bytes[8] == UInt8(ascii: "{")
    }

    static func read(
        _ bytes: [UInt8]
    ) throws(WeightDefect) -> (metadata: [String: String], tensors: [String: WeightTensor]) {
        var cursor = ByteCursor(bytes[...])
        let length = try cursor.count(UInt64.self, for: "the header's length")
        guard length <= longestHeader else {
            throw WeightDefect(.foreign, "gives its header \(length) bytes, more than the format allows")
        }
        let header = try SafetensorsHeader(json: try cursor.take(length, for: "the header"))
        let data = bytes[cursor.position...]

        var tensors = [String: WeightTensor](minimumCapacity: header.tensors.count)
        var end = 0
        for (name, entry) in header.tensors.sorted(by: { $0.value.precedes($1.value, names: ($0.key, $1.key)) }) {
            let (scalar, view) = try entry.checked(as: name, from: end, available: data.count)
            end = entry.end
            if case .other = scalar { continue }
            let values = data[(data.startIndex + entry.begin)..<(data.startIndex + entry.end)].withUnsafeBytes {
                scalar.values(of: view, in: $0)
            }
            tensors[name] = WeightTensor(shape: view.shape, values: values)
        }
        guard end == data.count else {
            throw WeightDefect(.foreign, "holds \(data.count - end) bytes after its last tensor")
        }
        return (header.metadata, tensors)
    }
}

/// What a header says.
private struct SafetensorsHeader {
    var metadata = [String: String]()
    var tensors = [String: SafetensorsEntry]()

    init(json: ArraySlice<UInt8>) throws(WeightDefect) {
        let fields: Fields
        do {
            fields = try JSONDecoder().decode(Fields.self, from: Data(json))
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.keyNotFound(_, let context)
        {
            let name = context.codingPath.first?.stringValue ?? "the header"
            throw WeightDefect(
                .foreign, "tensor \(name) is not described as the format asks: \(context.debugDescription)")
        } catch {
            throw WeightDefect(.foreign, "its header is not the JSON of a .safetensors file")
        }
        metadata = fields.metadata
        tensors = fields.tensors
        let keys = topLevelKeys(json)
        if keys.count != fields.count {
            let seen = Dictionary(keys.map { ($0, 1) }, uniquingKeysWith: +).first { $0.value > 1 }
            let name = seen.map { String(decoding: $0.key, as: UTF8.self) } ?? "of another spelling"
            throw WeightDefect(.foreign, "describes tensor \(name) twice")
        }
    }

    /// The header as the decoder sees it, which keeps one of two equal names.
    private struct Fields: Decodable {
        var count = 0
        var metadata = [String: String]()
        var tensors = [String: SafetensorsEntry]()

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Name.self)
            for name in container.allKeys {
                count += 1
                if name.stringValue == "__metadata__" {
                    metadata = try container.decode([String: String].self, forKey: name)
                } else {
                    tensors[name.stringValue] = try container.decode(SafetensorsEntry.self, forKey: name)
                }
            }
        }
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// The keys of the outermost object of some JSON that has been decoded, as they are spelled.
private func topLevelKeys(_ json: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var keys = [ArraySlice<UInt8>]()
    var depth = 0
    var text: Range<Int>?
    var quote: Int?
    var escaped = false
    for (index, byte) in zip(json.indices, json) {
        if let start = quote {
            if escaped {
                escaped = false
            } else if byte == UInt8(ascii: "\\") {
                escaped = true
            } else if byte == UInt8(ascii: "\"") {
                text = start + 1..<index
                quote = nil
            }
            continue
        }
        switch byte {
        case UInt8(ascii: "\""): quote = index
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        case UInt8(ascii: ":"):
            if depth == 1, let text { keys.append(json[text]) }
        default: break
        }
    }
    return keys
}
