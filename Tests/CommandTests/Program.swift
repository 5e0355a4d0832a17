import Foundation

/// The `inpaintd` that lies beside these tests, started and watched.
struct Program: Sendable {
    let child: Child

    /// - Parameter launcher: a program that starts it, and its arguments.
    init(
        _ arguments: [String], launcher: [String] = [], input: Data? = nil, output: FileHandle? = nil,
        environment: [String: String] = [:]
    ) throws {
        child = try Child(
            launcher + [Self.executable.path] + arguments, input: input.map(Child.Input.data) ?? .nothing,
            output: output, environment: environment)
    }

    static var executable: URL {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: tests).deletingLastPathComponent().appending(path: "inpaintd")
        }
    }

    /// Runs to the end.
    static func run(_ arguments: String..., input: Data? = nil) throws -> Child.Outcome {
        try Program(arguments, input: input).finish()
    }

    var identifier: pid_t { child.identifier }

    func send(_ signal: Int32) { child.send(signal) }

    /// Waits until standard error holds a text.
    func wait(for text: String) throws {
        try child.wait("for \"\(text)\"") { $0.words.contains(text) }
    }

    /// Waits until standard error is as it should be.
    func wait(until isDone: (String) -> Bool) throws {
        try child.wait("for its words") { isDone($0.words) }
    }

    /// Whether standard output holds a text by now.
    func hasHeard(_ text: String) -> Bool {
        String(decoding: child.heard.output, as: UTF8.self).contains(text)
    }

    /// The processes that it started and that are still there.
    func children() throws -> [pid_t] {
        let tasks = "/proc/\(identifier)/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).flatMap { task in
            // try? because a thread may end while the list is read; its children are another's then.
            let list = try? String(contentsOfFile: "\(tasks)/\(task)/children", encoding: .utf8)
            return (list ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }

    /// Waits for the end.
    func finish() throws -> Child.Outcome { try child.finish() }
}

extension Child.Outcome {
    /// The last line of standard error, without the program's name.
    var lastLine: String {
        String(errors.split(separator: "\n").last ?? "").replacingOccurrences(of: "inpaintd: ", with: "")
    }

    /// The summary that --json prints.
    var summary: [String: Any] {
        // try? because a last line that is no JSON is an empty summary, which every check of it tells.
        let object = try? JSONSerialization.jsonObject(with: Data(lastLine.utf8))
        return object as? [String: Any] ?? [:]
    }

    /// A counter of the first stage in the summary.
    func counter(_ name: String) -> Int? {
        let stages = summary["stages"] as? [[String: Any]]
        return (stages?.first?["counters"] as? [String: Int])?[name]
    }
}

/// A folder of its own for one test.
func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inpaintd-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer {
        // A folder that cannot be removed is no failure of what was tested.
        try? FileManager.default.removeItem(at: folder)
    }
    return try body(folder.path)
}

/// The folder of the shipped pipelines.
let pipelines = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "pipelines").path
