internal import ArgumentParser
internal import Daemon
internal import Glibc
internal import Inpainting

/// `inpaintd ctl start`
struct CtlStartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start a stream that was stopped or has failed.")

    @OptionGroup var daemon: CtlOptions
    @Argument(help: "The stream.") var name: String

    func run() throws {
        try daemon.show(.start(name)) { (stream: StreamDocument) in StreamTable.line(stream) }
    }
}

/// `inpaintd ctl stop`
struct CtlStopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Let a stream out to its end, and leave it stopped.",
        discussion: "It does not wait for the end: list and events tell when it is there.")

    @OptionGroup var daemon: CtlOptions
    @Argument(help: "The stream.") var name: String

    func run() throws {
        try daemon.show(.stop(name)) { (stream: StreamDocument) in StreamTable.line(stream) }
    }
}

/// `inpaintd ctl add`
struct CtlAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a stream until the daemon ends.",
        discussion: "The file, and files that knobs name, must lie in the folders of control.roots.")

    @OptionGroup var daemon: CtlOptions
    @Argument(help: "What it is to be called.") var name: String
    @Argument(help: "The pipeline file.", completion: .file()) var file: String

    @Argument(help: ArgumentHelp("Values for the pipeline's knobs.", valueName: "knob=value"))
    var knobs: [String] = []

    func validate() throws {
        _ = try PipelineArguments.values(knobs[...])
    }

    func run() throws {
        let body = ControlClient.body(pipeline: path, knobs: try PipelineArguments.values(knobs[...]))
        try daemon.show(.add(name), body: body) { (stream: StreamDocument) in StreamTable.line(stream) }
    }

    /// A file that is here is meant, before one under the daemon's first root.
    private var path: String {
        guard let real = realpath(file, nil) else { return file }
        defer { free(real) }
        return String(cString: real)
    }
}

/// `inpaintd ctl remove`
struct CtlRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Stop a stream and forget it.")

    @OptionGroup var daemon: CtlOptions
    @Argument(help: "The stream.") var name: String

    func run() throws {
        _ = try daemon.ask(.remove(name))
    }
}

/// `inpaintd ctl set`
struct CtlSetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Set a property of an element while its stream plays.",
        discussion: "For example: inpaintd ctl set cam inpaint0.mask rect:0,0,64,64")

    @OptionGroup var daemon: CtlOptions
    @Argument(help: "The stream.") var name: String

    @Argument(help: ArgumentHelp("The element's name, a dot, the property's.", valueName: "element.property"))
    var property: String

    @Argument(help: "The new value.") var value: String

    func validate() throws {
        guard let dot = property.lastIndex(of: "."), dot > property.startIndex, property.last != "." else {
            throw ValidationError("\"\(property)\" is not ELEMENT.PROPERTY")
        }
    }

    func run() throws {
        // An element's name may hold dots; a property's holds none.
        let parts = property.split(separator: ".").map(String.init)
        let route = ControlRoute.set(
            name, element: parts.dropLast().joined(separator: "."), property: parts.last ?? "")
        _ = try daemon.ask(route, body: ControlClient.body(value: value))
    }
}

/// `inpaintd ctl reload`
struct CtlReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Read the configuration again, and start what has changed.",
        discussion: "Exit status 78 for a configuration with an error, which changes nothing.")

    @OptionGroup var daemon: CtlOptions

    func run() throws {
        do {
            try daemon.show(.reload) { (reload: ReloadDocument) in
                reload.changed.isEmpty ? "nothing has changed" : reload.changed.map(\.oneLine).joined(separator: "\n")
            }
        } catch let code as ExitCode where code == ExitStatus.usage.exitCode {
            throw ExitStatus.configuration.exitCode
        }
    }
}
