internal import ArgumentParser
internal import Logging

/// How much a command says; all of it goes to standard error.
struct Talk: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Say more: what GStreamer adds to its errors, and progress without a terminal.")
    var verbose = false

    @Flag(name: .shortAndLong, help: "Say nothing but errors.")
    var quiet = false

    func validate() throws {
        if verbose && quiet { throw ValidationError("-v and -q exclude each other") }
    }

    /// For commands that say nothing but errors.
    static let errors = Logger(label: "inpaintd") { _ in TerminalLog(level: .error) }

    var logger: Logger {
        let level: Logger.Level = quiet ? .error : verbose ? .debug : .info
        return Logger(label: "inpaintd") { _ in TerminalLog(level: level) }
    }
}
