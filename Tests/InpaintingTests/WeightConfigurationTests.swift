import Inpainting
import Testing

@Suite struct WeightConfigurationTests {
    private static let tiny = WeightFile(name: "w", metadata: [:], tensors: WeightFixtures.tensors)
    private static let grids = WeightFixtures.configuration.grids

    @Test("metadata gives what shapes cannot")
    func metadata() throws {
        let file = try WeightFile(contentsOf: WeightFixtures.path("tiny.safetensors"))
        #expect(try STTNConfiguration(of: file) == WeightFixtures.configuration)
        #expect(try STTNConfiguration(of: file, grids: Self.grids) == WeightFixtures.configuration)
    }

    @Test("without metadata the shapes give widths and blocks, and the grids are asked for or the published ones")
    func shapes() throws {
        let asked = try STTNConfiguration(of: Self.tiny, grids: Self.grids)
        #expect(asked.encoderWidths == [4, 4, 8, 8])
        #expect(asked.decoderWidths == [8, 4, 4])
        #expect(asked.blocks == 1)
        #expect(asked.grids == Self.grids)
        #expect(!asked.masksAttention)
        #expect(try STTNConfiguration(of: Self.tiny).grids.map(\.description) == ["1x1", "3x3", "6x6", "12x12"])
    }

    @Test("the full network has as many values as published")
    func parameters() {
        let full = STTNConfiguration(
            encoderWidths: [64, 64, 128, 256], blocks: 8, decoderWidths: [128, 64, 64],
            grids: STTNConfiguration.referenceGrids, masksAttention: false)
        #expect(full.parameters == 16_556_163)
        #expect(full.tensorShapes.count == 8 + 8 * 12 + 8)
    }

    @Test("a tensor that is missing, superfluous, misshapen or not finite is named")
    func tensors() throws {
        func error(_ change: (inout [String: WeightTensor]) -> Void) throws -> WeightError {
            var tensors = WeightFixtures.tensors
            change(&tensors)
            let file = WeightFile(name: "w", metadata: [:], tensors: tensors)
            return try weightError { () throws(WeightError) in try STTNConfiguration(of: file) }
        }
        let bias = "encoder.2.bias"
        let cases = try [
            (error { $0[bias] = nil }, "tensor encoder.2.bias is missing"),
            (error { $0["encoder.0.weight"] = nil }, "tensor encoder.0.weight is missing"),
            (error { $0["extra"] = WeightTensor(shape: [1], values: [0]) }, "tensor extra belongs to no STTN"),
            (
                error { $0[bias] = WeightTensor(shape: [5], values: [0, 0, 0, 0, 0]) },
                "tensor encoder.2.bias is 5, expected 4"
            ),
            (
                error { $0[bias] = WeightTensor(shape: [4], values: [0, 0, .nan, 0]) },
                "tensor encoder.2.bias holds nan at 2"
            ),
            (
                error { $0[bias] = WeightTensor(shape: [4], values: [0, -.infinity, 0, 0]) },
                "tensor encoder.2.bias holds -inf at 1"
            ),
            (
                error { $0["encoder.6.weight"] = WeightTensor(shape: [], values: [0]) },
                "tensor encoder.6.weight is a single value"
            ),
            (
                error {
                    $0["decoder.4.conv.weight"] = WeightTensor(
                        shape: [4, 2, 3, 3], values: Array(repeating: 0, count: 72))
                },
                "tensor decoder.4.conv.weight is 4x2x3x3, expected 4x4x3x3"
            ),
            (
                error { $0["transformer.1.x"] = WeightTensor(shape: [1], values: [0]) },
                "tensor transformer.1.attention.query_embedding.weight is missing"
            ),
            (
                error { $0["transformer.99999.x"] = WeightTensor(shape: [1], values: [0]) },
                "tensor transformer.99999 is of a block"
            ),
            (
                error { $0["transformer.-1.x"] = WeightTensor(shape: [1], values: [0]) },
                "tensor transformer.-1.x belongs to no"
            ),
        ]
        for (error, words) in cases {
            #expect(error.detail.hasPrefix(words), "\(error)")
            #expect(error.subject == "w")
        }
    }

    @Test("metadata that contradicts the tensors or itself is refused")
    func contradictions() throws {
        let whole = try WeightFile(contentsOf: WeightFixtures.path("tiny.safetensors"))
        let changes = [
            ("channels", "16", "its metadata says channels 16, and its tensors say 8"),
            ("blocks", "2", "its metadata says blocks 2"), ("encoder", "[4,4,8]", "its metadata says encoder"),
            ("decoder", "[8,4,4]", "its metadata says decoder"),
            ("blocks", "many", "its metadata's blocks is \"many\""),
            ("grids", "[[1,1],[2]]", "its metadata's grids are"),
            ("grids", "[[1,1],[2,0]]", "its metadata cannot be: grid 2x0"),
            ("grids", "[[1,1],[2,2],[3,3]]", "3 grids (1x1,2x2,3x3) cannot share 8 channels"),
            ("grids", "[[251,1],[241,1]]", "its metadata cannot be: grids 251x1,241x1 fit no picture smaller"),
            ("mask_attention", "perhaps", "its metadata's mask_attention"),
        ]
        for (key, value, words) in changes {
            let file = WeightFile(
                name: "w", metadata: whole.metadata.merging([key: value]) { $1 }, tensors: whole.tensors)
            let error = try weightError { () throws(WeightError) in try STTNConfiguration(of: file) }
            #expect(error.detail.hasPrefix(words), "\(error)")
            #expect(error.code == .misshapen)
        }
        let error = try weightError { () throws(WeightError) in
            try STTNConfiguration(of: whole, grids: [.init(columns: 1, rows: 1)])
        }
        #expect(error.code == .badSetting)
        #expect(error.detail.hasPrefix("1x1 was asked for"))
    }

    @Test("grids are read as they are written, columns first")
    func parseGrids() throws {
        let grids = try STTNConfiguration.parseGrids("2x2,5x5,16x6,32x10")
        #expect(grids[2] == .init(columns: 16, rows: 6))
        let configuration = try STTNConfiguration(of: Self.tiny, grids: grids)
        #expect(configuration.sideStep == (640, 120))
        for text in [
            "", "2", "2x", "x2", "2x2,", "2x2x2", "0x1", "-1x1", "257x1", "2 x2", "251x1,241x1", "251x251",
            "99999999999999999999x1",
        ] {
            let error = try weightError { () throws(WeightError) in try STTNConfiguration.parseGrids(text) }
            #expect(error.code == .badSetting)
            #expect(error.subject == "grids")
        }
    }

    @Test("a described file says its configuration, and stays a reference if it was one")
    func described() throws {
        let described = Self.tiny.described(as: try STTNConfiguration(of: Self.tiny, grids: Self.grids))
        #expect(described.isReference)
        #expect(try STTNConfiguration(of: described).grids == Self.grids)
        let trained = try WeightFile(contentsOf: WeightFixtures.path("tiny.safetensors"))
        let again = trained.described(as: WeightFixtures.configuration)
        #expect(!again.isReference)
        #expect(try STTNConfiguration(of: again) == WeightFixtures.configuration)
    }
}
