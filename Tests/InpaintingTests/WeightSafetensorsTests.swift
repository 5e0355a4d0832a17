import Inpainting
import Testing

@Suite struct WeightSafetensorsTests {
    /// A file of this header and so many bytes of data.
    static func file(_ header: String, data: Int = 0) -> [UInt8] {
        let length = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian, Array.init)
        return length + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    }

    static func entry(_ name: String, _ dtype: String, _ shape: String, _ begin: Int, _ end: Int) -> String {
        #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
    }

    @Test("a header padded with spaces, tensors of no value and of one are read")
    func unusual() throws {
        let header =
            "{" + Self.entry("none", "F32", "[0,7]", 0, 0) + "," + Self.entry("one", "F64", "[]", 0, 8) + "}   "
        let file = try WeightFile(name: "w", bytes: Self.file(header, data: 8))
        #expect(file.tensors["none"] == WeightTensor(shape: [0, 7], values: []))
        #expect(file.tensors["one"] == WeightTensor(shape: [], values: [0]))
    }

    @Test("a tensor that holds no floating-point numbers is checked and left out")
    func counters() throws {
        let header = "{" + Self.entry("a", "F32", "[1]", 8, 12) + "," + Self.entry("count", "I64", "[1]", 0, 8) + "}"
        #expect(try WeightFile(name: "w", bytes: Self.file(header, data: 12)).tensors.keys.sorted() == ["a"])
    }

    @Test(
        "a header that does not fit its data is refused with the tensor's name",
        arguments: [
            (entry("x", "F32", "[2]", 0, 8), 4, "ends in tensor x"),
            (entry("x", "F32", "[2]", 4, 12), 12, "tensor x leaves a gap"),
            (entry("a", "F32", "[2]", 0, 8) + "," + entry("x", "F32", "[2]", 4, 12), 12, "tensor x overlaps"),
            (entry("a", "F32", "[2]", 0, 8) + "," + entry("x", "F32", "[2]", 0, 8), 8, "tensor x overlaps"),
            (entry("x", "F32", "[3]", 0, 8), 8, "tensor x has 8 bytes"),
            (entry("x", "F32", "[2]", 8, 0), 8, "tensor x lies at [8, 0]"),
            (entry("x", "F32", "[2]", -8, 0), 8, "tensor x lies at [-8, 0]"),
            (entry("x", "F32", "[4611686018427387904,4]", 0, 8), 8, "tensor x has the shape"),
            (entry("x", "F32", "[-2,-1]", 0, 8), 8, "tensor x has the shape"),
            (entry("x", "F8_E4M3", "[8]", 0, 8), 8, "tensor x is of type F8_E4M3"),
            (entry("x", "F32", "[1]", 0, 4) + "," + entry("x", "F32", "[1]", 4, 8), 8, "describes tensor x twice"),
            (entry("x", "F32", "[1]", 0, 4) + "," + entry("\\u0078", "F32", "[1]", 0, 4), 4, "describes tensor"),
            (#""x":{"dtype":"F32","shape":[1]}"#, 4, "tensor x is not described"),
            (#""x":{"dtype":"F32","shape":[1],"data_offsets":[0]}"#, 4, "tensor x lies at [0]"),
            (#""x":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}"#, 4, "its header"),
            (#""x":7"#, 0, "tensor x is not described"),
            (#""__metadata__":{"a":7}"#, 0, "tensor __metadata__ is not described"),
            (#""x":"#, 0, "its header is not the JSON"),
        ])
    func contradictions(fields: String, data: Int, words: String) throws {
        let bytes = Self.file("{\(fields)}", data: data)
        let error = try weightError { () throws(WeightError) in try WeightFile(name: "w", bytes: bytes) }
        #expect(error.detail.hasPrefix(words), "\(error)")
    }

    @Test("JSON nested without end, numbers without end and text that is none are refused")
    func badJSON() throws {
        let nested = String(repeating: "[", count: 200_000)
        let objects = String(repeating: #"{"x":"#, count: 200_000)
        for header in ["{\"x\":\(nested)", "{\"x\":\(nested)\(nested.map { _ in "]" }.joined())}", objects] {
            #expect(throws: WeightError.self) { try WeightFile(name: "w", bytes: Self.file(header)) }
        }
        let number = #"{"x":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}}"#
        #expect(throws: WeightError.self) { try WeightFile(name: "w", bytes: Self.file(number, data: 4)) }
        var bytes = Self.file("{" + Self.entry("xx", "F32", "[1]", 0, 4) + "}", data: 4)
        bytes[10] = 0xff
        #expect(throws: WeightError.self) { try WeightFile(name: "w", bytes: bytes) }
    }

    @Test("a header longer than the format allows is refused before it is read")
    func hugeHeader() throws {
        let bytes = withUnsafeBytes(of: UInt64.max / 2, Array.init) + Array("{}".utf8)
        let error = try weightError { () throws(WeightError) in try WeightFile(name: "w", bytes: bytes) }
        #expect(error.detail.contains("more than the format allows"))
    }

    @Test("a written file is read back as it was, twice the same bytes, metadata and all")
    func roundTrip() throws {
        let file = WeightFile(
            name: "w", metadata: ["note": "a \"quoted\"\nline / é"],
            tensors: WeightFixtures.tensors.merging(["odd": WeightTensor(shape: [3], values: [1, -2, .pi])]) { $1 })
        try WeightFixtures.withTemporaryFolder { folder in
            try file.write(to: "\(folder)/a")
            try file.write(to: "\(folder)/b")
            try file.write(to: "\(folder)/b")
            let read = try WeightFile(contentsOf: "\(folder)/a")
            #expect(read.tensors == file.tensors)
            #expect(read.metadata == file.metadata)
            #expect(WeightFixtures.names(in: folder).sorted() == ["a", "b"])
            let bytes = try WeightFixtures.bytes(at: "\(folder)/a")
            #expect(try WeightFixtures.bytes(at: "\(folder)/b") == bytes)
            #expect(bytes[0] & 7 == 0)
        }
    }

    @Test("half precision keeps what fits and refuses what does not, leaving nothing behind")
    func half() throws {
        try WeightFixtures.withTemporaryFolder { folder in
            let file = WeightFile(name: "w", metadata: [:], tensors: WeightFixtures.tensors)
            try file.write(to: "\(folder)/half", precision: .float16)
            #expect(try WeightFile(contentsOf: "\(folder)/half").tensors == WeightFixtures.tensors)
            let great = WeightFile(name: "w", metadata: [:], tensors: ["x": WeightTensor(shape: [1], values: [70_000])])
            let error = try weightError { () throws(WeightError) in
                try great.write(to: "\(folder)/great", precision: .float16)
            }
            #expect(error.detail.hasPrefix("tensor x holds 70000.0"))
            #expect(WeightFixtures.names(in: folder) == ["half"])
        }
    }

    @Test("a file cannot be written where there is no folder, or over what is no file")
    func cannotCreate() throws {
        let file = WeightFile(name: "w", metadata: [:], tensors: [:])
        for path in ["/tmp/inpaintd-no-such-folder/a", "/dev/null", "/tmp"] {
            let error = try weightError { () throws(WeightError) in try file.write(to: path) }
            #expect(error.code == .cannotCreate)
            #expect(error.subject == path)
        }
    }
}
