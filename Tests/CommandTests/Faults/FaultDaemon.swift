import Daemon
import Foundation
import Glibc
import Testing

/// `inpaintd serve` with streams that a test describes, in a folder of the test's.
final class FaultDaemon: Sendable {
    /// Live frames in real time, with nothing to say of themselves: what comes after them is the test's.
    static let live = frames("videotestsrc is-live=true pattern=ball")

    /// Frames of a source, repaired.
    static func frames(_ source: String, size: String = "width=64,height=48") -> String {
        "\(source) ! video/x-raw,format=I420,\(size),framerate=25/1 ! inpaint name=stage mask=rect:8,8,16,8"
            + " weights=\(WorkerProgram.weights)"
    }

    static let encoder = " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! h264parse"

    let program: Program
    private let folder: String

    /// Starts it.
    ///
    /// - Parameters:
    ///   - streams: each with its name and its keys, which are YAML.
    ///   - settings: keys beside `streams`.
    ///   - launcher: what starts the program, in another name space say.
    init(
        _ streams: [String: String], settings: String = "", in folder: String, launcher: [String] = []
    ) throws {
        self.folder = folder
        try Self.configure(streams, settings: settings, in: folder)
        program = try Program(["serve", "--config", "\(folder)/c.yaml"], launcher: launcher)
    }

    /// Writes the configuration, whole at once.
    static func configure(_ streams: [String: String], settings: String = "", in folder: String) throws {
        let lines = streams.sorted { $0.key < $1.key }.map { "  \($0.key): {\($0.value)}\n" }
        let text = "control: {socket: \(socket(in: folder))}\n\(settings)\nstreams:\n\(lines.joined())"
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/c.yaml"), options: .atomic)
    }

    private static func socket(in folder: String) -> String { "\(folder)/run/control.sock" }

    var hasSocket: Bool { FileManager.default.fileExists(atPath: Self.socket(in: folder)) }

    /// A stream's text as its key.
    static func text(_ text: String, _ more: String = "") -> String {
        "text: '\(text)'" + (more.isEmpty ? "" : ", \(more)")
    }

    // MARK: What it says

    /// Waits until a line stands in the log so many times.
    func wait(for line: String, times: Int = 1) throws {
        try program.wait { $0.components(separatedBy: line).count > times }
    }

    /// What a caller of the control socket is told of a stream.
    func show(_ stream: String) throws -> StreamDocument {
        try JSONDecoder().decode(StreamDocument.self, from: control("show", "--json", stream))
    }

    /// Asks something through the control socket, and takes no refusal.
    @discardableResult
    func control(_ command: String, _ arguments: String...) throws -> Data {
        let outcome = try ask(command, arguments)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    /// Asks something through the control socket.
    func ask(_ command: String, _ arguments: [String]) throws -> Child.Outcome {
        try program.wait(for: "inpaintd: ready")
        return try Program(["ctl", command, "--socket", Self.socket(in: folder)] + arguments).finish()
    }

    /// A worker's process.
    func worker(of stream: String) throws -> pid_t {
        try #require(try show(stream).worker?.process, "\(stream) has no worker")
    }

    /// Waits until a counter of a stream's stages has reached a number.
    func wait(for counter: String, of stream: String, toReach count: UInt64) throws {
        try #require(try becomes { try show(stream).total(counter) >= count }, "\(counter) of \(stream)")
    }

    // MARK: The end

    /// Asks it to end, and tells how it went; a worker that is left is an issue of the test's.
    @discardableResult
    func end(by signal: Int32 = SIGTERM) throws -> Child.Outcome {
        let workers = try program.children()
        program.send(signal)
        let outcome = try program.finish()
        #expect(outcome.exited && outcome.status == 0, "\(outcome.errors)")
        #expect(!workers.contains(where: isRunning), "a worker is left")
        #expect(!hasSocket)
        return outcome
    }
}

/// Whether a process is there and has not ended; one that nobody has waited for yet has.
func isRunning(_ process: pid_t) -> Bool {
    // try? because the file of a process that is gone is gone too.
    guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
    return status.split(separator: ")").last?.trimmingCharacters(in: .whitespaces).first != "Z"
}

/// Waits until something is so that nobody tells; false where it never is.
func becomes(_ isSo: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + .seconds(Int(Child.patience))
    while ContinuousClock.now < deadline {
        if try isSo() { return true }
        usleep(20_000)
    }
    return false
}

extension Child.Outcome {
    /// How often a text stands in what was said.
    func count(of text: String) -> Int { errors.components(separatedBy: text).count - 1 }

    /// The lines that say something of a stream with one of these words.
    func lines(of stream: String, _ events: String...) -> [Substring] {
        errors.split(separator: "\n").filter { line in events.contains { line.contains(" \(stream): \($0): ") } }
    }
}
