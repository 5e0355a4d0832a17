import Foundation
import Inpainting
import Testing

@Suite(.timeLimit(.minutes(1))) struct ModelCommandTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "InpaintingTests/Fixtures/Weights").path

    private struct Outcome {
        let status: Int32
        let output: String
        let errors: [String]
    }

    /// Runs `inpaintd model …`, the program that lies beside these tests.
    private func model(_ arguments: String...) throws -> Outcome {
        let outcome = try Program(["model"] + arguments).finish()
        #expect(outcome.exited)
        return Outcome(
            status: outcome.status, output: outcome.text,
            errors: outcome.errors.split(separator: "\n").map(String.init))
    }

    /// A window for the tiny network, whose sides go by 8 and 12.
    private static func window(
        frames: [Int] = [2, 3, 24, 16], masks: [Int] = [2, 1, 24, 16], first: Float = 0.5
    ) -> WeightFile {
        func tensor(_ shape: [Int], _ value: (Int) -> Float) -> WeightTensor {
            WeightTensor(shape: shape, values: (0..<shape.reduce(1, *)).map(value))
        }
        return WeightFile(
            name: "window", metadata: [:],
            tensors: [
                "frames": tensor(frames) { $0 == 0 ? first : Float($0 % 17) / 8 - 1 },
                "masks": tensor(masks) { $0 % 5 == 0 ? 1 : 0 },
            ])
    }

    @Test("info without a file shows the weights that are compiled in")
    func embedded() throws {
        let outcome = try model("info")
        #expect(outcome.status == 0)
        #expect(outcome.output.hasPrefix("default weights\n"))
        #expect(outcome.errors.isEmpty)
    }

    @Test("info gives configuration, parameters and tensors, as text and as JSON")
    func info() throws {
        let text = try model("info", "\(Self.fixtures)/published.zip.pth", "--grids", "1x1,2x3")
        #expect(text.status == 0)
        #expect(text.output.contains("  grids       1x1,2x3\n  sides       multiples of 8x12\n"))
        #expect(text.output.contains("  parameters  4243\n"))
        #expect(text.output.contains("    transformer.0.attention.output_linear.0.weight  8x8x3x3\n"))

        struct Info: Decodable {
            let channels: Int
            let grids: [String]
            let reference: Bool
        }
        let json = try model("info", "--json", "\(Self.fixtures)/tiny.safetensors")
        let info = try JSONDecoder().decode(Info.self, from: Data(json.output.utf8))
        #expect(info.channels == 8)
        #expect(info.grids == ["1x1", "2x3"])
        #expect(!info.reference)
    }

    @Test("convert writes the same tensors and the configuration", arguments: [false, true])
    func convert(half: Bool) throws {
        try withFolder { folder in
            let output = "\(folder)/out.safetensors"
            let arguments = ["convert", "\(Self.fixtures)/odd.stream.pth", output]
            let outcome =
                half
                ? try model(arguments[0], arguments[1], arguments[2], "--grids", "1x1,2x3", "--half")
                : try model(arguments[0], arguments[1], arguments[2], "--grids", "1x1,2x3")
            #expect(outcome.status == 0)
            let written = try WeightFile(contentsOf: output)
            #expect(written.tensors == (try WeightFile(contentsOf: "\(Self.fixtures)/odd.stream.pth")).tensors)
            #expect(try STTNConfiguration(of: written).grids.map(\.description) == ["1x1", "2x3"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.safetensors"])
        }
    }

    @Test("forward takes a window through the network once")
    func forward() throws {
        try withFolder { folder in
            try Self.window().write(to: "\(folder)/window.safetensors")
            let outcome = try model(
                "forward", "--weights", "\(Self.fixtures)/tiny.safetensors", "--input", "\(folder)/window.safetensors",
                "--output", "\(folder)/out.safetensors")
            #expect(outcome.status == 0, "\(outcome.errors)")
            let output = try #require(try WeightFile(contentsOf: "\(folder)/out.safetensors").tensors["output"])
            #expect(output.shape == [2, 3, 24, 16])
            #expect(output.values.allSatisfy { (-1...1).contains($0) })
            #expect(Set(output.values).count > output.values.count / 2)
        }
    }

    @Test("weights that cannot be used end with one line naming the file, and the code that fits")
    func badWeights() throws {
        let cases: [(arguments: [String], status: Int32, words: String)] = [
            (["no-such-file.pth"], 66, "no-such-file.pth: cannot be opened (No such file or directory)"),
            ([Self.fixtures], 66, "\(Self.fixtures): is no regular file"),
            (["\(Self.fixtures)/evil.zip.pth"], 65, "evil.zip.pth: names os.system"),
            (["\(Self.fixtures)/evil.stream.pth"], 65, "evil.stream.pth: names os.system"),
            (["\(Self.fixtures)/deflated.zip.pth"], 65, "is compressed"),
            ([#filePath], 65, "is neither a .safetensors file nor a PyTorch checkpoint"),
            (["\(Self.fixtures)/half.safetensors", "--grids", "2x"], 64, "grids: \"2x\" is no grid"),
            (["\(Self.fixtures)/tiny.safetensors", "--grids", "1x1"], 64, "grids: 1x1 was asked for"),
        ]
        for (arguments, status, words) in cases {
            let outcome =
                try arguments.count == 1
                ? model("info", arguments[0]) : model("info", arguments[0], arguments[1], arguments[2])
            #expect(outcome.status == status)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors.count == 1 && outcome.errors[0].hasPrefix("inpaintd: error: "), "\(outcome.errors)")
            #expect(outcome.errors.first?.contains(words) == true, "\(outcome.errors)")
        }
    }

    @Test("a window that does not fit ends with one line naming the tensor, and leaves no output")
    func badWindows() throws {
        let cases: [(window: WeightFile, words: String)] = [
            (
                Self.window(frames: [2, 3, 24, 20], masks: [2, 1, 24, 20]),
                "tensor frames is 2x3x24x20, expected a width and a height that are multiples of 8 and 12"
            ),
            (Self.window(masks: [1, 1, 24, 16]), "tensor masks is 1x1x24x16, expected 2x1x24x16"),
            (Self.window(frames: [2, 4, 24, 16]), "tensor frames is 2x4x24x16, expected Tx3xHxW"),
            (
                Self.window(frames: [0, 3, 24, 16], masks: [0, 1, 24, 16]),
                "tensor frames is 0x3x24x16, expected Tx3xHxW"
            ),
            (Self.window(first: .nan), "tensor frames holds nan at 0, expected values from -1 to 1"),
            (Self.window(first: 1.5), "tensor frames holds 1.5 at 0, expected values from -1 to 1"),
            (WeightFile(name: "w", metadata: [:], tensors: [:]), "tensor frames is missing"),
        ]
        for (window, words) in cases {
            try withFolder { folder in
                try window.write(to: "\(folder)/window")
                let outcome = try model(
                    "forward", "--weights", "\(Self.fixtures)/tiny.safetensors", "--input", "\(folder)/window",
                    "--output", "\(folder)/out")
                #expect(outcome.status == 65)
                #expect(outcome.errors.count == 1, "\(outcome.errors)")
                #expect(outcome.errors.first?.contains("/window: \(words)") == true, "\(outcome.errors)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["window"])
            }
        }
    }

    @Test("what cannot be created and what is used wrongly have their own codes")
    func otherCodes() throws {
        let convert = try model("convert", "\(Self.fixtures)/tiny.safetensors", "/no/such/folder/out")
        #expect(convert.status == 73)
        #expect(
            convert.errors == ["inpaintd: error: /no/such/folder/out: cannot be created (No such file or directory)"])
        #expect(try model("convert").status == 64)
        #expect(try model("forward", "--threads", "many").status == 64)
    }
}
