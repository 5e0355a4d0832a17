internal import ArgumentParser

/// `inpaintd bench`: how fast it is here.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how fast the network, its kernels, real pixels or a whole pipeline are on this machine.",
        discussion: "A table, or with --json one object, goes to standard output.",
        subcommands: [
            BenchNetworkCommand.self, BenchKernelsCommand.self, BenchPropagationCommand.self,
            BenchPipelineCommand.self,
        ],
        defaultSubcommand: BenchNetworkCommand.self)
}
