internal import ArgumentParser
internal import Inpainting

/// `inpaintd model`: what has to do with weight files and nothing with pipelines.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Look at weight files, convert them, and run a network once.",
        subcommands: [ModelInfoCommand.self, ModelConvertCommand.self, ModelForwardCommand.self])
}

/// The options by which every model command is told what a weight file may leave open.
struct GridsOption: ParsableArguments {
    @Option(help: "Patch grids, one a head, where the file does not say: 1x1,3x3,6x6,12x12.")
    var grids: String?

    /// The network of a weight file; without a path, the one that is compiled in.
    func load(_ path: String?) throws(WeightError) -> (weights: WeightFile, configuration: STTNConfiguration) {
        let asked: [STTNConfiguration.Grid]? = if let grids { try STTNConfiguration.parseGrids(grids) } else { nil }
        let weights = if let path { try WeightFile(contentsOf: path) } else { try WeightFile.embedded() }
        return (weights, try STTNConfiguration(of: weights, grids: asked))
    }
}
