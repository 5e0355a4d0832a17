import Foundation
import Synchronization

/// A program that a test has started. What it says is heard as it comes.
///
/// One that still runs when nobody needs it any more is killed.
final class Child: Sendable {
    /// What it has said so far.
    struct Heard {
        var output = Data()
        var errors = Data()
        /// The streams that may still say something.
        fileprivate var open = 2

        var isOver: Bool { open == 0 }
        var words: String { String(decoding: errors, as: UTF8.self) }
        /// The lines of its output that it has ended.
        var lines: [Substring] {
            String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        }
    }

    /// What it finds on its standard input.
    enum Input {
        case nothing
        /// Nothing yet: what `tell` says.
        case open
        case data(Data)
    }

    /// How it ended.
    struct Outcome {
        let status: Int32
        /// Whether it ended by itself, and not by a signal that nobody caught.
        let exited: Bool
        let output: Data
        let errors: String

        /// The output as text.
        var text: String { String(decoding: output, as: UTF8.self) }
    }

    struct Timeout: Error, CustomStringConvertible {
        let description: String
    }

    /// Far more than anything here takes, so that only what hangs meets it.
    static let patience: TimeInterval = 50

    /// What those need who listen: they keep no child alive.
    private final class Ears: Sendable {
        let heard = Mutex(Heard())
        /// Signalled with every piece heard, and with the end of each stream.
        let news = DispatchSemaphore(value: 0)

        func listen(to pipe: Pipe, _ take: @escaping @Sendable (inout Heard, Data) -> Void) {
            let handle = pipe.fileHandleForReading
            // A queue of its own: a shared one may wait for threads that wait for this.
            DispatchQueue(label: "ear").async { [self] in
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

    // Sendable because Process is told only to start, here, and asked for its number and its end.
    private let process = Process()
    private let inlet = Pipe()
    private let ears = Ears()

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: the program, by its path or its name, and its arguments.
    ///   - output: where its standard output goes; nil is heard.
    init(
        _ words: [String], input: Input = .nothing, output: FileHandle? = nil, environment: [String: String] = [:],
        folder: String? = nil
    ) throws {
        process.executableURL = URL(filePath: words[0].contains("/") ? words[0] : "/usr/bin/env")
        process.arguments = words[0].contains("/") ? Array(words.dropFirst()) : words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = output ?? out
        process.standardError = err
        if case .nothing = input {
            process.standardInput = FileHandle.nullDevice
        } else {
            process.standardInput = inlet
        }
        try process.run()
        if output == nil {
            ears.listen(to: out) { $0.output.append($1) }
        } else {
            ears.heard.withLock { $0.open -= 1 }
        }
        ears.listen(to: err) { $0.errors.append($1) }
        if case .data(let data) = input {
            DispatchQueue.global().async { [inlet] in
                // try? because a program that stops reading early is for the test to judge.
                try? inlet.fileHandleForWriting.write(contentsOf: data)
                try? inlet.fileHandleForWriting.close()
            }
        }
    }

    deinit { send(SIGKILL) }

    var identifier: pid_t { process.processIdentifier }

    var heard: Heard { ears.heard.withLock { $0 } }

    func tell(_ line: String) throws {
        try inlet.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    func send(_ signal: Int32) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }

    /// Ends it as a power cut does.
    func stop() {
        send(SIGKILL)
        process.waitUntilExit()
    }

    /// Waits until it has said something.
    ///
    /// - Parameter purpose: what is waited for, for the message where that never comes.
    func wait(_ purpose: String, until isDone: (Heard) -> Bool) throws {
        let deadline = DispatchTime.now() + Self.patience
        while true {
            let heard = heard
            if isDone(heard) { return }
            guard !heard.isOver, ears.news.wait(timeout: deadline) == .success else {
                send(SIGKILL)
                let name = process.arguments?.joined(separator: " ") ?? ""
                throw Timeout(description: "waited \(purpose) in vain: \(name); it said: \(heard.words)")
            }
        }
    }

    /// Waits for its end.
    func finish() throws -> Outcome {
        try wait("to end") { $0.isOver }
        process.waitUntilExit()
        let heard = heard
        return Outcome(
            status: process.terminationStatus, exited: process.terminationReason == .exit, output: heard.output,
            errors: heard.words)
    }
}

/// Waits until something is as it should be that nothing announces.
func eventually(_ purpose: String, _ isSo: () throws -> Bool) throws {
    let deadline = DispatchTime.now() + Child.patience
    while try !isSo() {
        guard DispatchTime.now() < deadline else { throw Child.Timeout(description: "waited in vain for \(purpose)") }
        usleep(20_000)
    }
}
