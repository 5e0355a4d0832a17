/// What a header says of one tensor.
struct SafetensorsEntry: Codable {
    let dtype: String
    let shape: [Int]
    /// The first of its bytes in the data, and the one behind its last.
    let offsets: [Int]

    var begin: Int { offsets.first ?? 0 }
    var end: Int { offsets.last ?? 0 }

    private enum CodingKeys: String, CodingKey {
        case dtype
        case shape
        case offsets = "data_offsets"
    }

    /// The order of the data, and of the names where two tensors are empty.
    func precedes(_ other: SafetensorsEntry, names: (String, String)) -> Bool {
        (begin, end, names.0) < (other.begin, other.end, names.1)
    }

    /// The type and the layout of a tensor that begins where the one before it ended.
    func checked(
        as name: String, from start: Int, available: Int
    ) throws(WeightDefect) -> (scalar: ScalarType, view: StridedView) {
        guard let scalar = Self.scalars[dtype] else {
            throw WeightDefect(.foreign, "tensor \(name) is of type \(dtype); F16, BF16, F32 and F64 are read")
        }
        guard offsets.count == 2, begin >= 0, begin <= end else {
            throw WeightDefect(.foreign, "tensor \(name) lies at \(offsets), which is no range")
        }
        guard end <= available else {
            throw WeightDefect(
                .truncated, "ends in tensor \(name): \(available) bytes of data are there, it lies at \(offsets)")
        }
        guard begin == start else {
            let fault = begin < start ? "overlaps the tensor before it" : "leaves a gap behind the tensor before it"
            throw WeightDefect(.foreign, "tensor \(name) \(fault): it begins at \(begin), expected \(start)")
        }
        guard let view = StridedView(shape: shape) else {
            throw WeightDefect(.foreign, "tensor \(name) has the shape \(shape), which no tensor has")
        }
        let (size, overflow) = view.count.multipliedReportingOverflow(by: scalar.bytes)
        guard !overflow, size == end - begin else {
            throw WeightDefect(
                .foreign, "tensor \(name) has \(end - begin) bytes, and its shape \(shape) as \(dtype) needs others")
        }
        return (scalar, view)
    }

    private static let scalars: [String: ScalarType] = [
        "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
        "BOOL": .other(bytes: 1), "U8": .other(bytes: 1), "I8": .other(bytes: 1), "U16": .other(bytes: 2),
        "I16": .other(bytes: 2), "U32": .other(bytes: 4), "I32": .other(bytes: 4), "U64": .other(bytes: 8),
        "I64": .other(bytes: 8),
    ]
}
