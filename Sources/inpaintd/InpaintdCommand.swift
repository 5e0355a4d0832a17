internal import ArgumentParser
internal import Glibc
internal import Kernels
internal import Logging
internal import MediaGraph

/// The command line: a list of commands.
@main
struct InpaintdCommand: ParsableCommand {
    /// The version of the program.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "inpaintd",
        abstract: "Removes things from video: fills the masked part of every frame of a GStreamer pipeline.",
        discussion: """
            Standard output carries media only; all talk goes to standard error.

            Exit status: 0 done, 64 wrong usage or pipeline text, 65 bad data or weights, 66 no input, \
            69 something is not available, 73 an output cannot be created, 74 reading or writing failed, \
            77 not allowed, 78 bad configuration, 130 or 143 aborted by a second signal.
            """,
        version: "inpaintd \(version)\n\(GStreamer.version)",
        subcommands: [
            RunCommand.self, ServeCommand.self, CtlCommand.self, CheckCommand.self, MaskCommand.self,
            PluginsCommand.self,
            ModelCommand.self, EvaluateCommand.self, BenchCommand.self, WorkerCommand.self,
        ])

    static func main() {
        StandardStreams.fill()
        // A reader that goes away shows as a write that fails, with a line about it.
        signal(SIGPIPE, SIG_IGN)
        warnOfStrayLevel()
        main(nil)
    }

    private static func warnOfStrayLevel() {
        guard let name = KernelLevel.strayNameInEnvironment else { return }
        let levels = KernelLevel.allCases.map(\.name).joined(separator: ", ")
        Logger(label: "inpaintd") { _ in TerminalLog(level: .warning) }.warning(
            "\(KernelLevel.environmentVariable)=\(name) is none of \(levels), and hides nothing")
    }
}
