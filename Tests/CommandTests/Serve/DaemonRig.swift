import ControlFixtures
import Foundation
import Testing

/// `inpaintd serve` in a folder of its own, with its workers, its socket and its client as they are.
final class DaemonRig {
    let folder: String
    let program: Program
    var socket: String { "\(folder)/run/control.sock" }

    /// Starts a daemon that can be asked.
    ///
    /// - Parameters:
    ///   - streams: the lines under `streams:`.
    ///   - control: further keys of `control`, such as `allow-text: true`.
    init(
        _ streams: String, in folder: String, control: String = "", rest: String = "",
        environment: [String: String] = [:]
    ) throws {
        self.folder = folder
        try Self.configure(streams, in: folder, control: control, rest: rest)
        program = try Program(["serve", "--config", "\(folder)/c.yaml"], environment: environment)
        try program.wait(for: "ready, ")
    }

    /// Writes the configuration.
    static func configure(_ streams: String, in folder: String, control: String = "", rest: String = "") throws {
        let more = control.isEmpty ? "" : ", \(control)"
        let listed = streams.isEmpty ? " {}\n" : "\n\(streams)"
        let text = "control: {socket: \(folder)/run/control.sock\(more)}\n\(rest)streams:\(listed)"
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/c.yaml"))
    }

    /// A stream of the configuration, with its text and more lines.
    static func stream(_ name: String, _ text: String, _ more: String = "") -> String {
        "  \(name):\n    text: >-\n      \(text)\n\(more)"
    }

    /// Live frames in real time; what comes after the stage is the test's.
    static let live =
        "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=25/1"
        + " ! inpaint name=stage mask=rect:8,8,16,8"

    /// Runs `inpaintd ctl` to its end.
    func ctl(_ words: String...) throws -> Child.Outcome {
        try Program(["ctl"] + words.prefix(1) + ["--socket", socket] + words.dropFirst()).finish()
    }

    func ask(_ method: String, _ target: String, body: String? = nil) throws -> Caller.Answer {
        try Caller(socket).ask(method, target, body: body)
    }

    /// Asks for a stream with this text.
    func add(_ name: String, text: String, knobs: [String: String] = [:]) throws -> Caller.Answer {
        let body = try JSONSerialization.data(withJSONObject: ["text": text, "knobs": knobs])
        return try ask("PUT", "/streams/\(name)", body: String(decoding: body, as: UTF8.self))
    }

    /// Ends it, and all its streams.
    @discardableResult
    func end() throws -> Child.Outcome {
        program.send(SIGTERM)
        let outcome = try program.finish()
        #expect(outcome.exited && outcome.status == 0, "\(outcome.errors)")
        return outcome
    }
}

extension Child.Outcome {

    /// What the command wrote, as JSON.
    func json() throws -> Any {
        try JSONSerialization.jsonObject(with: output, options: .fragmentsAllowed)
    }

    func object() throws -> [String: Any] { try #require(try json() as? [String: Any], "\(text)") }
}
