import Frames
import Inpainting
import Testing

@Suite struct WeightFileTests {
    @Test(
        "every form PyTorch and safetensors write gives the same tensors",
        arguments: [
            "tiny.safetensors", "half.safetensors", "mixed.safetensors", "published.zip.pth", "published.stream.pth",
            "odd.zip.pth", "odd.stream.pth", "mixed.zip.pth", "mixed.stream.pth", "wide.zip.pth",
        ])
    func forms(name: String) throws {
        let file = try WeightFile(contentsOf: WeightFixtures.path(name))
        #expect(file.tensors.keys.sorted() == WeightFixtures.tensors.keys.sorted())
        for (tensor, expected) in WeightFixtures.tensors {
            #expect(file.tensors[tensor] == expected, "tensor \(tensor)")
        }
    }

    @Test("the form is known by the contents, not by the name")
    func contentsDecide() throws {
        for name in ["tiny.safetensors", "published.zip.pth", "published.stream.pth"] {
            let file = try WeightFile(name: "weights.bin", bytes: try WeightFixtures.bytes(name))
            #expect(file.tensors == WeightFixtures.tensors)
        }
    }

    @Test("only .safetensors files with a configuration speak of their network")
    func reference() throws {
        #expect(try !WeightFile(contentsOf: WeightFixtures.path("tiny.safetensors")).isReference)
        #expect(try WeightFile(contentsOf: WeightFixtures.path("half.safetensors")).isReference)
        #expect(try WeightFile(contentsOf: WeightFixtures.path("published.zip.pth")).isReference)
    }

    @Test("the embedded weights are a whole network that says what it is")
    func embedded() throws {
        let file = try WeightFile.embedded()
        let configuration = try STTNConfiguration(of: file)
        #expect(!file.isReference)
        #expect(file.tensors.count == configuration.tensorShapes.count)
    }

    @Test("a pickle that names os.system is refused by that name", arguments: ["evil.zip.pth", "evil.stream.pth"])
    func evil(name: String) throws {
        let error = try weightError { () throws(WeightError) in try WeightFile(contentsOf: WeightFixtures.path(name)) }
        #expect(error.code == .refused)
        #expect(error.subject.hasSuffix(name))
        #expect(error.detail == "names os.system, which no dictionary of tensors needs; nothing was executed")
    }

    @Test("a compressed archive is refused with a sentence")
    func deflated() throws {
        let error = try weightError { () throws(WeightError) in
            try WeightFile(contentsOf: WeightFixtures.path("deflated.zip.pth"))
        }
        #expect(error.code == .foreign)
        #expect(error.detail.contains("is compressed"))
    }

    @Test(
        "what is no weight file is said to be what it is",
        arguments: [
            ("", WeightError.Code.truncated, "is empty"),
            ("version https://git-lfs.github.com/spec/v1\noid", .foreign, "is a Git LFS pointer"),
            ("<!DOCTYPE html><html>", .foreign, "is a web page"),
            ("GIF89a..........", .foreign, "is neither a .safetensors file nor a PyTorch checkpoint"),
        ])
    func foreign(text: String, code: WeightError.Code, words: String) throws {
        let error = try weightError { () throws(WeightError) in try WeightFile(name: "w", bytes: Array(text.utf8)) }
        #expect(error.code == code)
        #expect(error.detail.hasPrefix(words))
    }

    @Test("a file that is not there and a folder are both not found", arguments: ["no-such-file", ""])
    func notFound(name: String) throws {
        let path = WeightFixtures.path(name)
        let error = try weightError { () throws(WeightError) in try WeightFile(contentsOf: path) }
        #expect(error.code == .notFound)
        #expect(error.subject == path)
        #expect(FrameError(error).code == .notFound)
    }

    @Test(
        "bytes behind the last tensor are refused",
        arguments: ["tiny.safetensors", "published.zip.pth", "odd.stream.pth"])
    func trailing(name: String) throws {
        let bytes = try WeightFixtures.bytes(name) + [0, 0, 0]
        let error = try weightError { () throws(WeightError) in try WeightFile(name: "w", bytes: bytes) }
        #expect(error.code == .foreign)
        #expect(error.detail.contains("3 bytes after"))
    }

    @Test("a message stays one line of bounded length, whatever a file's names hold")
    func oneLine() {
        let detail = WeightError(
            .foreign, subject: "w", detail: "a\n\u{1b}[2J\u{202e}" + String(repeating: "x", count: 9999)
        ).detail
        #expect(detail.hasPrefix("a\\n\\u{1B}[2J\\u{202E}xxx"))
        #expect(detail.unicodeScalars.count < 450)
    }

    @Test("a stage reports a bad file as bad data")
    func frameError() {
        #expect(FrameError(WeightError(.misshapen, subject: "w", detail: "d")).code == .badData)
        #expect(FrameError(WeightError(.badSetting, subject: "grids", detail: "d")).code == .badSetting)
    }
}
