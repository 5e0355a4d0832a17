internal import ArgumentParser
internal import Inpainting
internal import Logging
internal import Networks

/// `inpaintd model forward`: one window through the network once, tensors in and tensors out.
struct ModelForwardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forward", abstract: "Run the network once over a window of frames and masks.",
        discussion: """
            The input holds `frames` [T,3,H,W] in [-1,1] and `masks` [T,1,H,W], 1 = hole, as .safetensors; frames are \
            multiplied by 1 - mask. The output holds `output` [T,3,H,W].
            """)

    @Option(help: "A .safetensors or .pth file (default: the weights that are compiled in).", completion: .file())
    var weights: String?

    @Option(help: "The .safetensors file of the window.", completion: .file())
    var input: String

    @Option(help: "The .safetensors file to write.", completion: .file())
    var output: String

    @OptionGroup var grids: GridsOption
    @OptionGroup var talk: Talk

    @Option(help: "Worker threads; 0 takes one a core.")
    var threads = 0

    func run() throws {
        try talk.logger.reportingErrors {
            guard (0...1024).contains(threads) else {
                throw WeightError(.badSetting, subject: "threads", detail: "is \(threads), expected 0 to 1024")
            }
            let (file, configuration) = try grids.load(weights)
            let window = try ModelWindow(try WeightFile(contentsOf: input), for: configuration)
            let network = try STTN(weights: file, configuration: configuration, threads: threads)
            let fill = network.forward(frames: window.frames, masks: window.masks)
            let result = WeightFile(
                name: output, metadata: [:],
                tensors: ["output": WeightTensor(shape: fill.shape, values: fill.array)])
            try result.write(to: output)
        }
    }
}

/// A window as it lies in a file, checked against the network that is to take it.
private struct ModelWindow {
    let frames: Tensor
    let masks: Tensor

    init(_ file: WeightFile, for configuration: STTNConfiguration) throws(WeightError) {
        let frames = try Self.tensor("frames", in: file, values: -1...1)
        let masks = try Self.tensor("masks", in: file, values: 0...1)
        let shape = frames.shape
        func refusal(_ name: String, _ seen: [Int], _ expected: String) -> WeightError {
            WeightError(
                .misshapen, subject: file.name,
                detail: "tensor \(name) is \(seen.map(String.init).joined(separator: "x")), \(expected)")
        }
        guard shape.count == 4, shape[1] == 3, !shape.contains(0) else {
            throw refusal("frames", shape, "expected Tx3xHxW")
        }
        let step = configuration.sideStep
        guard shape[3].isMultiple(of: step.width), shape[2].isMultiple(of: step.height) else {
            throw refusal(
                "frames", shape, "expected a width and a height that are multiples of \(step.width) and \(step.height)")
        }
        guard masks.shape == [shape[0], 1, shape[2], shape[3]] else {
            throw refusal("masks", masks.shape, "expected \(shape[0])x1x\(shape[2])x\(shape[3])")
        }
        self.frames = Tensor(shape: shape, values: frames.values)
        self.masks = Tensor(shape: masks.shape, values: masks.values)
    }

    private static func tensor(
        _ name: String, in file: WeightFile, values range: ClosedRange<Float>
    ) throws(WeightError) -> WeightTensor {
        guard let tensor = file.tensors[name] else {
            throw WeightError(.misshapen, subject: file.name, detail: "tensor \(name) is missing")
        }
        // A value may be off by its rounding, and not by a scale of 0 to 255.
        let rounding: Float = 1e-3
        let allowed = (range.lowerBound - rounding)...(range.upperBound + rounding)
        guard let index = tensor.values.firstIndex(where: { !allowed.contains($0) }) else { return tensor }
        throw WeightError(
            .misshapen, subject: file.name,
            detail: "tensor \(name) holds \(tensor.values[index]) at \(index), expected values from "
                + "\(Int(range.lowerBound)) to \(Int(range.upperBound))")
    }
}
