internal import ArgumentParser
internal import Daemon
internal import FoundationEssentials
internal import Logging

/// `inpaintd ctl`: asks a daemon that runs.
struct CtlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ctl",
        abstract: "Ask a daemon that runs, or tell it what to do.",
        subcommands: [
            CtlListCommand.self, CtlShowCommand.self, CtlStartCommand.self, CtlStopCommand.self, CtlAddCommand.self,
            CtlRemoveCommand.self, CtlSetCommand.self, CtlGraphCommand.self, CtlEventsCommand.self,
            CtlReloadCommand.self, CtlReadyCommand.self,
        ],
        defaultSubcommand: CtlListCommand.self)

    @OptionGroup var daemon: CtlOptions
}

/// Which daemon is asked, and how its answers are shown.
struct CtlOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The daemon's control socket (default: INPAINTD_CONTROL_SOCKET, else where inpaintd serve has it).",
            valueName: "path"),
        completion: .file())
    var socket: String?

    @Flag(help: "Write what the daemon answers: JSON.")
    var json = false

    var client: ControlClient {
        let environment = ProcessInfo.processInfo.environment
        return ControlClient(
            socket: socket ?? environment["INPAINTD_CONTROL_SOCKET"]
                ?? DaemonConfiguration.Control.defaultSocket(environment: environment))
    }

    /// Asks; a refusal becomes one line and the exit code that belongs to it.
    func ask(_ route: ControlRoute, body: [UInt8] = []) throws -> [UInt8] {
        try reportingErrors { () throws(ControlError) in try client.send(route, body: body) }
    }

    /// Asks, and shows the answer as JSON or as what `text` makes of it.
    func show<Answer: Decodable>(_ route: ControlRoute, body: [UInt8] = [], text: (Answer) -> String) throws {
        let answer = try ask(route, body: body)
        StandardOutput.write(json ? answer : Array((text(try decode(answer)) + "\n").utf8))
    }

    func decode<Answer: Decodable>(_ answer: [UInt8]) throws -> Answer {
        try reportingErrors { () throws(ControlError) in try ControlClient.decode(answer) }
    }

    func reportingErrors<Result>(_ body: () throws(ControlError) -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            Talk.errors.error("\(error.message)")
            throw ExitStatus(error.code).exitCode
        }
    }
}

extension ControlClient {
    /// Throws: `ControlError` for an answer that this version does not know.
    static func decode<Answer: Decodable>(_ answer: [UInt8]) throws(ControlError) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(answer))
        } catch {
            throw ControlError(.unavailable, "the daemon answers in another way than this version knows")
        }
    }
}
