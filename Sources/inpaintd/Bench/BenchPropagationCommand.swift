internal import ArgumentParser
internal import Frames
internal import Logging

/// `inpaintd bench propagate`: what carrying real pixels costs.
struct BenchPropagationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "propagate",
        abstract: "Measure the seconds a frame that carrying real pixels takes in a memory session.",
        discussion: """
            A texture drifts behind a hole that stands still. The network is not asked: the figures come on top of its \
            own, and what is carried makes its hole smaller.
            """)

    @Option(help: ArgumentHelp("The size of the pictures, a region's.", valueName: "WxH"))
    var size = "192x144"

    @Option(help: ArgumentHelp("The hole.", valueName: "x,y,w,h"))
    var hole = "60,56,72,32"

    @Option(help: "Frames that are timed.")
    var frames = 60

    @OptionGroup var output: BenchOutput
    @OptionGroup var talk: Talk

    func run() throws {
        try talk.logger.reportingErrors {
            guard let pictures = PictureWords.size(size) else {
                throw FrameError(
                    .badSetting, subject: "size", detail: "\"\(size)\" is not WIDTHxHEIGHT, up to 8192x8192")
            }
            let benchmark = PropagationBenchmark(
                size: pictures, hole: try PictureWords.hole(hole, in: pictures),
                frames: try PictureWords.number("frames", frames, 1...1_000_000))
            try output.write(benchmark.run())
        }
    }
}
