import Inpainting
import Testing

/// Pickles that PyTorch does not write, in its older stream.
@Suite struct WeightPickleTests {
    /// A stream whose dictionary is this pickle, over one storage "0" of four floats 0, 1, 2, 3.
    static func stream(_ pickle: [UInt8]) -> [UInt8] {
        let magic: [UInt8] = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]
        let version: [UInt8] = [0x80, 2, 0x4d, 0xe9, 3, 0x2e]
        let system: [[UInt8]] = [[0x80, 2, 0x7d], text("little_endian"), [0x88], ascii("s.")]
        let keys: [[UInt8]] = [[0x80, 2, 0x5d], text("0"), ascii("a.")]
        let values: [Float] = [0, 1, 2, 3]
        let storage: [[UInt8]] = [bytes(UInt64(4))] + values.map { bytes($0.bitPattern) }
        return Array(([magic, version] + system + [pickle] + keys + storage).joined())
    }

    static func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }

    static func text(_ text: String) -> [UInt8] { [0x8c, UInt8(text.utf8.count)] + Array(text.utf8) }

    static func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    static func integer(_ value: Int32) -> [UInt8] { ascii("J") + bytes(value) }

    static func integers(_ values: [Int32]) -> [UInt8] {
        Array(([ascii("(")] + values.map(integer) + [ascii("t")]).joined())
    }

    /// The pushes of one tensor in storage "0".
    static func tensor(offset: Int32, shape: [Int32], strides: [Int32], count: Int32 = 4) -> [UInt8] {
        let parts: [[UInt8]] = [
            ascii("ctorch._utils\n_rebuild_tensor_v2\n(("), text("storage"), ascii("ctorch\nFloatStorage\n"), text("0"),
            text("cpu"), integer(count), ascii("NtQ"), integer(offset), integers(shape), integers(strides), [0x89],
            ascii("}tR"),
        ]
        return Array(parts.joined())
    }

    static func dictionary(_ values: [UInt8]) -> [UInt8] {
        Array([[0x80, 2, 0x7d], text("x"), values, ascii("s.")].joined())
    }

    private func error(_ pickle: [UInt8]) throws -> WeightError {
        let bytes = Self.stream(pickle)
        return try weightError { () throws(WeightError) in try WeightFile(name: "w", bytes: bytes) }
    }

    @Test("a view is gathered by its offset and strides, repeated values and all")
    func views() throws {
        let cases: [(Int32, [Int32], [Int32], [Float])] = [
            (0, [2, 2], [1, 2], [0, 2, 1, 3]), (1, [3], [1], [1, 2, 3]), (3, [], [], [3]),
            (2, [2, 3], [1, 0], [2, 2, 2, 3, 3, 3]),
            (0, [0, 5], [5, 1], []), (3, [1], [.max], [3]),
        ]
        for (offset, shape, strides, values) in cases {
            let pickle = Self.dictionary(Self.tensor(offset: offset, shape: shape, strides: strides))
            let file = try WeightFile(name: "w", bytes: Self.stream(pickle))
            #expect(file.tensors["x"] == WeightTensor(shape: shape.map(Int.init), values: values))
        }
    }

    @Test("a view beyond its storage, of negative or of boundless size is refused")
    func badViews() throws {
        let cases: [(Int32, [Int32], [Int32], String)] = [
            (0, [5], [1], "tensor x reaches value 5"), (4, [1], [1], "tensor x reaches value 5"),
            (0, [2, 2], [2, 2], "tensor x reaches value 5"), (-1, [1], [1], "holds a tensor with offset -1"),
            (0, [-1], [1], "holds a tensor"), (3, [2], [-1], "holds a tensor"), (0, [2, 2], [1], "holds a tensor"),
            (0, [1 << 30, 1 << 30, 1 << 30], [0, 0, 0], "holds a tensor"),
            (0, [1 << 30], [0], "tensor x and those before it unfold"),
        ]
        for (offset, shape, strides, words) in cases {
            let error = try error(Self.dictionary(Self.tensor(offset: offset, shape: shape, strides: strides)))
            #expect(error.detail.hasPrefix(words), "\(error)")
        }
        let error = try error(Self.dictionary(Self.tensor(offset: 0, shape: [1], strides: [1], count: 5)))
        #expect(error.detail == "storage 0 has 4 values, and 5 in the dictionary")
    }

    @Test(
        "every other name is refused, by GLOBAL and by STACK_GLOBAL",
        arguments: [
            "os.system", "posix.system", "builtins.eval", "builtins.getattr", "torch.load",
            "torch._utils._rebuild_tensor",
            "subprocess.Popen", "collections.OrderedDict.__reduce__", "torch.nn.modules.linear.Linear",
        ])
    func names(name: String) throws {
        let parts = name.split(separator: ".")
        let module = parts.dropLast().joined(separator: ".")
        let last = String(parts[parts.count - 1])
        let pickles: [[UInt8]] = [
            Self.ascii("c\(module)\n\(last)\n.").withProtocol,
            Array([[0x80, 4], Self.text(module), Self.text(last), [0x93, 0x2e]].joined()),
        ]
        for pickle in pickles {
            let error = try error(pickle)
            #expect(error.code == .refused)
            #expect(error.detail.hasPrefix("names \(name), which"))
        }
    }

    @Test(
        "opcodes that import or call by other ways are refused",
        arguments: Array("io0PI".utf8) + [0x81, 0x82, 0x92, 0x97])
    func opcodes(opcode: UInt8) throws {
        let error = try error([0x80, 2, opcode, 0x2e])
        #expect(error.code == .refused)
        #expect(error.detail.hasPrefix("uses pickle opcode 0x\(String(opcode, radix: 16))"))
    }

    @Test("a class that is known is called only as PyTorch calls it")
    func calls() throws {
        for pickle in [
            "ccollections\nOrderedDict\n(NtR.", "ctorch\nFloatStorage\n)R.", "}(NtR.", "Nb.", "N)R.", "NNQ.",
        ] {
            #expect(try error(Array(pickle.utf8).withProtocol).code == .foreign)
        }
    }

    @Test("an empty stack, marks that do not match and values never made are refused")
    func broken() throws {
        for pickle in [
            ".", "t.", "(.", "a.", "s.", "u.", "]a.", "(N(a.", "}(Nu.", "}NNNs.", "h\u{1}.", "q\u{0}.", "R.", "b.",
            "Q.",
        ] {
            #expect(try error(Array(pickle.utf8).withProtocol).code == .foreign, "\(pickle)")
        }
    }

    @Test("a million levels of nesting, a cycle and endless opcodes do no harm")
    func bombs() throws {
        let nested =
            [UInt8](repeating: UInt8(ascii: "]"), count: 500_000)
            + [UInt8](repeating: UInt8(ascii: "a"), count: 499_999)
        #expect(try error(nested.withProtocol + [0x2e]).detail == "holds no dictionary of tensors")
        let tuples = Array("N".utf8) + [UInt8](repeating: 0x85, count: 1_000_000)
        #expect(try error(tuples.withProtocol + [0x2e]).detail == "holds no dictionary of tensors")
        #expect(try error(Array("]q\u{0}h\u{0}a.".utf8).withProtocol).detail == "holds no dictionary of tensors")
        #expect(try error(Array("}q\u{0}h\u{0}h\u{0}s.".utf8).withProtocol).detail == "holds no dictionary of tensors")
        let endless = [UInt8](repeating: UInt8(ascii: "N"), count: 1 << 21)
        #expect(try error(endless.withProtocol).detail.hasPrefix("holds a pickle of more than"))
        // Each level holds the one before it twice: two to the thousandth, were it ever unfolded.
        let level = Self.ascii("q\u{0}h\u{0}") + [0x86]
        let doubling = Self.ascii("N") + Array(repeatElement(level, count: 1000).joined())
        #expect(try error(doubling.withProtocol + [0x2e]).detail == "holds no dictionary of tensors")
    }
}

extension [UInt8] {
    fileprivate var withProtocol: [UInt8] { [0x80, 2] + self }
}
