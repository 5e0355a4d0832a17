import Foundation
import Synchronization

/// The `inpaintd` that lies beside these tests, started and watched.
final class Program: Sendable {
    /// How a run ended.
    struct Outcome {
        let status: Int32
        /// Whether it ended by itself, and not by a signal that nobody caught.
        let exited: Bool
        let output: Data
        let errors: String

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

    struct Timeout: Error, CustomStringConvertible {
        let description: String
    }

    /// Far more than anything here takes, so that only what hangs meets it.
    static let patience: TimeInterval = 50

    private struct Heard {
        var output = Data()
        var errors = Data()
        var open = 2
    }

    private let process = Process()
    private let heard = Mutex(Heard())
    /// Signalled with every piece heard, and with the end of each stream.
    private let news = DispatchSemaphore(value: 0)

    init(
        _ arguments: [String], launcher: [String] = [], input: Data? = nil, output: FileHandle? = nil,
        environment: [String: String] = [:]
    ) throws {
        let program = try Self.executable
        process.executableURL = launcher.isEmpty ? program : URL(filePath: launcher[0])
        process.arguments = launcher.isEmpty ? arguments : launcher.dropFirst() + [program.path] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = output ?? out
        process.standardError = err
        let feed = Pipe()
        process.standardInput = input == nil ? FileHandle.nullDevice : feed
        try process.run()
        if output == nil { listen(to: out) { $0.output.append($1) } } else { heard.withLock { $0.open -= 1 } }
        listen(to: err) { $0.errors.append($1) }
        if let input {
            DispatchQueue.global().async {
                // try? because a program that stops reading early is for the test to judge.
                try? feed.fileHandleForWriting.write(contentsOf: input)
                try? feed.fileHandleForWriting.close()
            }
        }
    }

    static var executable: URL {
        get throws {
            let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            return URL(filePath: tests).deletingLastPathComponent().appending(path: "inpaintd")
        }
    }

    /// Runs to the end.
    static func run(_ arguments: String..., input: Data? = nil) throws -> Outcome {
        try Program(arguments, input: input).finish()
    }

    var identifier: pid_t { process.processIdentifier }

    func send(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }

    /// Waits until standard error holds a text.
    func wait(for text: String) throws {
        try wait("for \"\(text)\"") { String(decoding: $0.errors, as: UTF8.self).contains(text) }
    }

    /// Waits until standard error is as it should be.
    func wait(until isDone: (String) -> Bool) throws {
        try wait("for its words") { isDone(String(decoding: $0.errors, as: UTF8.self)) }
    }

    /// Whether standard output holds a text by now.
    func hasHeard(_ text: String) -> Bool {
        heard.withLock { String(decoding: $0.output, as: UTF8.self).contains(text) }
    }

    /// The processes that it started and that are still there.
    func children() throws -> [pid_t] {
        let tasks = "/proc/\(process.processIdentifier)/task"
        return try FileManager.default.contentsOfDirectory(atPath: tasks).flatMap { task in
            // try? because a thread may end while the list is read; its children are another's then.
            let list = try? String(contentsOfFile: "\(tasks)/\(task)/children", encoding: .utf8)
            return (list ?? "").split(separator: " ").compactMap { pid_t($0) }
        }
    }

    /// Waits for the end.
    func finish() throws -> Outcome {
        try wait("to end") { $0.open == 0 }
        process.waitUntilExit()
        return heard.withLock { heard in
            Outcome(
                status: process.terminationStatus, exited: process.terminationReason == .exit, output: heard.output,
                errors: String(decoding: heard.errors, as: UTF8.self))
        }
    }

    private func wait(_ purpose: String, until isDone: (Heard) -> Bool) throws {
        let deadline = DispatchTime.now() + Self.patience
        while !heard.withLock({ isDone($0) }) {
            guard news.wait(timeout: deadline) == .success else {
                let errors = heard.withLock { String(decoding: $0.errors, as: UTF8.self) }
                send(SIGKILL)
                throw Timeout(description: "waited \(purpose) in vain; standard error so far: \(errors)")
            }
        }
    }

    private func listen(to pipe: Pipe, _ take: @escaping @Sendable (inout Heard, Data) -> Void) {
        let handle = pipe.fileHandleForReading
        DispatchQueue.global().async { [self] in
            while true {
                let data = handle.availableData
                heard.withLock { heard in
                    if data.isEmpty { heard.open -= 1 } else { take(&heard, data) }
                }
                news.signal()
                if data.isEmpty { return }
            }
        }
    }
}

/// Waits until something is as it should be that nothing announces.
func eventually(_ purpose: String, _ isSo: () throws -> Bool) throws {
    let deadline = DispatchTime.now() + Program.patience
    while try !isSo() {
        guard DispatchTime.now() < deadline else { throw Program.Timeout(description: "waited in vain for \(purpose)") }
        usleep(20_000)
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
