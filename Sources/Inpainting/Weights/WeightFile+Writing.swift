internal import FoundationEssentials

extension WeightFile {
    /// How the values of a written file are stored.
    public enum Precision: Sendable {
        case float32
        case float16
    }

    /// Writes a .safetensors file, the same bytes for the same tensors, which appears only when it is whole.
    ///
    /// Throws: `cannotCreate` or `unwritable`; `misshapen` where a value does not fit the precision.
    public func write(to path: String, precision: Precision = .float32) throws(WeightError) {
        let names = tensors.keys.sorted()
        var header = [String: HeaderField]()
        var end = 0
        for name in names {
            let shape = tensors[name]?.shape ?? []
            let begin = end
            end += (tensors[name]?.values.count ?? 0) * precision.bytes
            header[name] = .tensor(SafetensorsEntry(dtype: precision.dtype, shape: shape, offsets: [begin, end]))
        }
        if !metadata.isEmpty { header["__metadata__"] = .metadata(metadata) }

        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var json: [UInt8]
        do {
            json = Array(try encoder.encode(header))
        } catch {
            throw WeightError(.unwritable, subject: path, detail: "cannot be described as JSON", underlying: "\(error)")
        }
        // The data begins at a multiple of eight, as the format asks of whoever writes it.
        json += [UInt8](repeating: UInt8(ascii: " "), count: -json.count & 7)

        var parts = [withUnsafeBytes(of: UInt64(json.count).littleEndian, Array.init), json]
        for name in names {
            guard let values = tensors[name]?.values else { continue }
            switch precision {
            case .float32: parts.append(values.map { $0.bitPattern.littleEndian }.withUnsafeBytes(Array.init))
            case .float16:
                let halves = values.map { Float16($0) }
                if let index = values.indices.first(where: { values[$0].isFinite && !halves[$0].isFinite }) {
                    throw WeightError(
                        .misshapen, subject: path,
                        detail: "tensor \(name) holds \(values[index]), which is beyond half precision")
                }
                parts.append(halves.map { $0.bitPattern.littleEndian }.withUnsafeBytes(Array.init))
            }
        }
        try FileBytes.write(parts, to: path)
    }
}

extension WeightFile.Precision {
    fileprivate var dtype: String { self == .float16 ? "F16" : "F32" }
    fileprivate var bytes: Int { self == .float16 ? 2 : 4 }
}

/// A field of a header, as the format writes it.
private enum HeaderField: Encodable {
    case metadata([String: String])
    case tensor(SafetensorsEntry)

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .metadata(let metadata): try metadata.encode(to: encoder)
        case .tensor(let tensor): try tensor.encode(to: encoder)
        }
    }
}
