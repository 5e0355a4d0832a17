internal import ArgumentParser
internal import Daemon
internal import Frames
internal import Glibc
internal import Inpainting

/// `inpaintd ctl list`
struct CtlListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List all streams.")

    @OptionGroup var daemon: CtlOptions

    func run() throws {
        try daemon.show(.list) { (streams: [StreamDocument]) in StreamTable.list(streams) }
    }
}

/// `inpaintd ctl show`
struct CtlShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show all about a stream.")

    @OptionGroup var daemon: CtlOptions
    @Argument(help: "The stream.") var name: String

    func run() throws {
        try daemon.show(.show(name)) { (stream: StreamDocument) in StreamTable.show(stream) }
    }
}

/// `inpaintd ctl graph`
struct CtlGraphCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph", abstract: "Write a playing pipeline as a graph in the DOT language.",
        discussion: "To see it: inpaintd ctl graph NAME | dot -Tsvg > graph.svg")

    @OptionGroup var daemon: CtlOptions
    @Argument(help: "The stream.") var name: String

    func run() throws {
        StandardOutput.write(try daemon.ask(.graph(name)))
    }
}

/// `inpaintd ctl ready`
struct CtlReadyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ready", abstract: "Say whether every stream gives frames.",
        discussion: "Exit status 69 when not.")

    @OptionGroup var daemon: CtlOptions

    func run() throws {
        let answer = try daemon.ask(.ready)
        let readiness: Readiness = try daemon.decode(answer)
        let text = readiness.isReady ? "ready" : readiness.reasons.map(\.oneLine).joined(separator: "\n")
        StandardOutput.write(daemon.json ? answer : Array("\(text)\n".utf8))
        if !readiness.isReady { throw ExitStatus.unavailable.exitCode }
    }
}

/// `inpaintd ctl events`
struct CtlEventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Write what happens, line by line, until the daemon ends.",
        discussion: "With --json every line is a JSON object.")

    @OptionGroup var daemon: CtlOptions

    @Option(help: ArgumentHelp("Only of this stream.", valueName: "name"))
    var stream: String?

    func run() throws {
        try daemon.reportingErrors { () throws(ControlError) in
            try daemon.client.follow(stream: stream) { news in
                StandardOutput.write((daemon.json ? news.json : Array(Self.text(of: news).utf8)) + [UInt8(ascii: "\n")])
            }
        }
    }

    private static func text(of news: EventNews) -> String {
        switch news {
        case .missed(let count):
            return "\(count) events were missed"
        case .event(let event):
            let words = [clock(event.time), event.stream, event.name, event.detail]
            return words.filter { !$0.isEmpty }.map(\.withoutControls).joined(separator: "  ")
        }
    }

    /// Date and time where the reader is.
    private static func clock(_ time: Double) -> String {
        // More than this fits no calendar.
        var seconds = time_t(max(0, min(time, 1e11)))
        var fields = tm()
        localtime_r(&seconds, &fields)
        var text = [CChar](repeating: 0, count: 64)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S", &fields)
        return String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
