import Foundation
import Glibc
import Synchronization

/// A camera that does wrong what it is told to do wrong: the program `TestCamera`, started and told.
final class Camera: Sendable {
    /// A moving picture in real time, as H.264. `size` is its capsfilter, `pay0` has the packets.
    static func picture(payloader: String = "", network: String = "") -> String {
        let pay = "rtph264pay pt=96 config-interval=-1 \(payloader)"
        return "( videotestsrc is-live=true pattern=ball ! capsfilter name=size caps=\(caps(96, 64))"
            + " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25"
            + " ! \(network.isEmpty ? "\(pay) name=pay0" : "\(pay) ! \(network) name=pay0") )"
    }

    static func caps(_ width: Int, _ height: Int) -> String {
        "video/x-raw,format=I420,width=\(width),height=\(height),framerate=25/1"
    }

    let port: Int
    private let process = Process()
    private let commands = Pipe()
    private let answers: AnswerLines

    /// Starts one that shows a picture at `/cam`.
    ///
    /// - Parameters:
    ///   - port: 0 for one that is free.
    ///   - login: user and password that it asks for; `isDigest` says in which way.
    init(
        port: Int = 0, showing picture: String = Camera.picture(), login: (user: String, password: String)? = nil,
        isDigest: Bool = false
    ) throws {
        process.executableURL = try Program.executable.deletingLastPathComponent().appending(path: "TestCamera")
        let guarded = login.map { ["--user", $0.user, "--password", $0.password] + (isDigest ? ["--digest"] : []) }
        process.arguments = ["--port", "\(port)"] + (guarded ?? []) + ["/cam=\(picture)"]
        process.standardInput = commands
        let output = Pipe()
        process.standardOutput = output
        // netsim has none of the properties that a payloader is asked for.
        process.standardError = FileHandle.nullDevice
        try process.run()
        answers = AnswerLines(output.fileHandleForReading)
        do {
            let first = try answers.next()
            guard first.hasPrefix("port "), let port = Int(first.dropFirst(5)) else {
                throw Program.Timeout(description: "the camera says \"\(first)\" instead of its port")
            }
            self.port = port
        } catch {
            process.terminate()
            throw error
        }
    }

    deinit { kill() }

    func url(_ login: String = "", path: String = "/cam") -> String { "rtsp://\(login)127.0.0.1:\(port)\(path)" }

    /// Tells it what to do, and waits until it is done.
    func tell(_ command: String) throws {
        try commands.fileHandleForWriting.write(contentsOf: Data("\(command)\n".utf8))
        let answer = try answers.next()
        guard answer == "ok" else { throw Program.Timeout(description: "\(command): the camera says \(answer)") }
    }

    func send(_ signal: Int32) {
        if process.isRunning { Glibc.kill(process.processIdentifier, signal) }
    }

    /// Ends it as a power cut does.
    func kill() {
        send(SIGKILL)
        process.waitUntilExit()
    }
}

/// The lines of a program's output, as they come.
private final class AnswerLines: Sendable {
    private let lines = Mutex<[String]>([])
    /// Signalled with every line, and without one at the end.
    private let news = DispatchSemaphore(value: 0)

    init(_ handle: FileHandle) {
        DispatchQueue(label: "camera-answers").async { [self] in
            var rest = Data()
            while true {
                let data = handle.availableData
                guard !data.isEmpty else { break }
                rest.append(data)
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
                    rest.removeSubrange(rest.startIndex...end)
                    lines.withLock { $0.append(line) }
                    news.signal()
                }
            }
            news.signal()
        }
    }

    func next() throws -> String {
        guard news.wait(timeout: .now() + Program.patience) == .success,
            let line = lines.withLock({ $0.isEmpty ? nil : $0.removeFirst() })
        else { throw Program.Timeout(description: "the camera says nothing") }
        return line
    }
}
