internal import ArgumentParser
internal import FoundationEssentials
internal import Inpainting
internal import Logging

/// `inpaintd model info`: the configuration, parameters and tensors of a weight file.
struct ModelInfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what network a weight file holds.")

    @Argument(help: "A .safetensors or .pth file (default: the weights that are compiled in).", completion: .file())
    var weights: String?

    @OptionGroup var grids: GridsOption
    @OptionGroup var talk: Talk

    @Flag(help: "Write JSON.")
    var json = false

    func run() throws {
        try talk.logger.reportingErrors {
            let (file, configuration) = try grids.load(weights)
            let info = ModelInfo(file, configuration)
            print(json ? info.json : info.text)
        }
    }
}

/// What there is to say of a network.
private struct ModelInfo: Encodable {
    struct Tensor: Encodable {
        let name: String
        let shape: [Int]
    }

    let name: String
    let channels: Int
    let blocks: Int
    let encoder: [Int]
    let decoder: [Int]
    let grids: [String]
    /// The sides of a picture are multiples of these.
    let sideStep: [Int]
    let maskAttention: Bool
    let reference: Bool
    let parameters: Int
    let metadata: [String: String]
    let tensors: [Tensor]

    init(_ file: WeightFile, _ configuration: STTNConfiguration) {
        name = file.name
        channels = configuration.channels
        blocks = configuration.blocks
        encoder = configuration.encoderWidths
        decoder = configuration.decoderWidths + [3]
        grids = configuration.grids.map(\.description)
        sideStep = [configuration.sideStep.width, configuration.sideStep.height]
        maskAttention = configuration.masksAttention
        reference = file.isReference
        parameters = configuration.parameters
        metadata = file.metadata
        tensors = configuration.tensorShapes.map { Tensor(name: $0.name, shape: $0.shape) }
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        } catch {
            preconditionFailure("numbers and text are always JSON: \(error)")
        }
    }

    var text: String {
        var lines = [
            name,
            "  network     STTN, \(channels) channels, \(blocks) blocks, \(grids.count) heads",
            "  encoder     \(spaced(encoder))",
            "  decoder     \(spaced(decoder))",
            "  grids       \(grids.joined(separator: ","))",
            "  sides       multiples of \(sideStep[0])x\(sideStep[1])",
            "  attention   \(maskAttention ? "keys in holes are masked" : "not masked, as published")",
            "  region      \(reference ? "full by default, as the published weights were trained" : "any")",
            "  parameters  \(parameters)",
        ]
        if !metadata.isEmpty {
            lines.append("  metadata")
            lines += metadata.sorted { $0.key < $1.key }.map { "    \($0.key.oneLine): \($0.value.oneLine)" }
        }
        lines.append("  tensors     \(tensors.count)")
        lines += tensors.map { "    \($0.name)  \($0.shape.map(String.init).joined(separator: "x"))" }
        return lines.joined(separator: "\n")
    }

    private func spaced(_ widths: [Int]) -> String { widths.map(String.init).joined(separator: " ") }
}
