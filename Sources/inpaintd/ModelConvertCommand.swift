internal import ArgumentParser
internal import Inpainting
internal import Logging

/// `inpaintd model convert`: any weight file as a .safetensors file that says its configuration.
struct ModelConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Write a weight file as .safetensors, with its configuration in it.")

    @Argument(help: "A .safetensors or .pth file.", completion: .file())
    var input: String

    @Argument(help: "The .safetensors file to write.", completion: .file())
    var output: String

    @OptionGroup var grids: GridsOption
    @OptionGroup var talk: Talk

    @Flag(help: "Store half-precision values.")
    var half = false

    func run() throws {
        try talk.logger.reportingErrors {
            let (file, configuration) = try grids.load(input)
            try file.described(as: configuration).write(to: output, precision: half ? .float16 : .float32)
        }
    }
}
