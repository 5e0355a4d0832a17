internal import ArgumentParser
internal import Frames
internal import Inpainting
internal import Kernels
internal import Logging

/// `inpaintd bench network`: what a frame costs, without any pipeline.
struct BenchNetworkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "network", abstract: "Measure the seconds a frame of the network takes (the default).",
        discussion: """
            Frames go through a session one by one, and are timed once every pass sees as many as --attended says. The \
            direct rate is that of plain convolutions which would do the whole frames in the same time: multiplications \
            that a kernel saves, and what a smaller hole saves, count as if they were done.
            """)

    /// The architectures that need no file.
    enum Architecture: String, ExpressibleByArgument, CaseIterable {
        case full, compact

        var network: STTNConfiguration { self == .full ? .full : .compact }
    }

    /// A precision, or the one that is taken where nobody asks.
    enum PrecisionChoice: String, ExpressibleByArgument, CaseIterable {
        case auto, fp32, bf16

        var precision: Precision {
            switch self {
            case .auto: STTN.automaticPrecision
            case .fp32: .fp32
            case .bf16: .bf16
            }
        }
    }

    @Option(help: "A .safetensors or .pth file (default: the weights that are compiled in).", completion: .file())
    var weights: String?

    @Option(help: "Random weights of the published network (full) or of the compiled-in one (compact), and no file.")
    var architecture: Architecture?

    @OptionGroup var grids: GridsOption

    @Option(help: ArgumentHelp("The size of the network's pictures.", valueName: "WxH"))
    var size = "432x240"

    @Option(help: "memory: one frame in, one frame out; window: frames ahead are waited for.")
    var session = NetworkBenchmark.Session.memory

    @Option(help: "Frames that a pass sees, the new one included.")
    var attended = 6

    @Option(help: "Frames that are timed.")
    var frames = 20

    @Option(help: ArgumentHelp("The hole (default: the whole picture).", valueName: "x,y,w,h"))
    var hole: String?

    @Option(help: "Of queries, keys and values, and so of what is kept of past frames.")
    var precision = PrecisionChoice.auto

    @Option(help: "Worker threads; 0 takes one a core.")
    var threads = 0

    @OptionGroup var output: BenchOutput
    @OptionGroup var talk: Talk

    func run() throws {
        try talk.logger.reportingErrors {
            let threads = try PictureWords.number("threads", threads, 0...1024)
            let (network, name, size) = try network(threads: threads)
            let benchmark = NetworkBenchmark(
                session: session, size: size, attended: try PictureWords.number("attended", attended, 1...64),
                frames: try PictureWords.number("frames", frames, 1...1_000_000),
                hole: try PictureWords.hole(hole, in: size),
                precision: precision.precision, threads: threads > 0 ? threads : WorkerPool.availableCores())
            try output.write(benchmark.run(network, named: name))
        }
    }

    /// The network, its weights' name, and the size of its pictures; the weights themselves are not kept.
    private func network(threads: Int) throws -> (network: STTN, name: String, size: (width: Int, height: Int)) {
        let (weights, configuration) = try weightFile()
        let size = try size(for: configuration)
        let network = try STTN(
            weights: weights, configuration: configuration, threads: threads, precision: precision.precision,
            expectedPixels: size.width * size.height)
        return (network, weights.name, size)
    }

    private func weightFile() throws -> (weights: WeightFile, configuration: STTNConfiguration) {
        guard let architecture else { return try grids.load(weights) }
        guard weights == nil, grids.grids == nil else {
            throw refusal("architecture", "brings weights and grids of its own: --weights and --grids exclude it")
        }
        return (WeightFile.random(architecture.network), architecture.network)
    }

    private func size(for configuration: STTNConfiguration) throws -> (width: Int, height: Int) {
        guard let size = PictureWords.size(size), configuration.takes(width: size.width, height: size.height) else {
            let step = configuration.sideStep
            throw refusal(
                "size",
                """
                "\(self.size)" is not WIDTHxHEIGHT, multiples of \(step.width) and \(step.height) for this network
                """)
        }
        return size
    }

    private func refusal(_ option: String, _ detail: String) -> FrameError {
        FrameError(.badSetting, subject: option, detail: detail)
    }
}
