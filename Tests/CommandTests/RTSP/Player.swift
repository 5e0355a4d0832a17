import Foundation
import Synchronization

/// A program that plays an RTSP stream, watched while it does.
final class Player: Sendable {
    enum Transport: String, CaseIterable, Sendable {
        case tcp
        case udp
    }

    struct Outcome {
        let status: Int32
        let output: String
        let errors: String

        /// What stands at a place of each line, as numbers; ffprobe writes N/A for what it does not know.
        func column(_ index: Int) -> [Double?] {
            output.split(separator: "\n").map { line in
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                return fields.indices.contains(index) ? Double(fields[index]) : nil
            }
        }
    }

    private struct Heard {
        var output = Data()
        var errors = Data()
        var open = 2
    }

    private let process = Process()
    private let heard = Mutex(Heard())
    private let news = DispatchSemaphore(value: 0)

    init(_ command: [String]) throws {
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        try process.run()
        listen(to: out) { $0.output.append($1) }
        listen(to: err) { $0.errors.append($1) }
    }

    deinit { if process.isRunning { kill(SIGKILL) } }

    /// Decodes and drops what it gets until it is stopped, and says how many frames those were.
    static func endless(_ address: String, _ transport: Transport = .tcp) throws -> Player {
        try Player([
            "ffmpeg", "-v", "error", "-nostdin", "-rtsp_transport", transport.rawValue, "-i", address, "-progress",
            "pipe:1", "-stats_period", "0.1", "-f", "null", "-",
        ])
    }

    /// A few frames as ffprobe decodes them: whether each is a key frame, its time, its type, its width.
    static func frames(_ count: Int, of address: String, _ transport: Transport = .tcp) throws -> Outcome {
        try Player([
            "ffprobe", "-v", "error", "-rtsp_transport", transport.rawValue, "-select_streams", "v:0",
            "-read_intervals",
            "%+#\(count)", "-show_entries", "frame=key_frame,pts_time,pict_type,width", "-of", "csv=p=0", address,
        ]).finish()
    }

    func kill(_ signal: Int32) { Foundation.kill(process.processIdentifier, signal) }

    /// Frames so far.
    var frames: Int {
        let text = heard.withLock { String(decoding: $0.output, as: UTF8.self) }
        return text.split(separator: "\n").last { $0.hasPrefix("frame=") }.flatMap { Int($0.dropFirst(6)) } ?? 0
    }

    /// Waits until it has got so many frames.
    func wait(forFrames count: Int) throws {
        try wait("for \(count) frames, has \(frames)") { _ in frames >= count }
    }

    /// Waits for its end.
    func finish() throws -> Outcome {
        try wait("to end") { $0.open == 0 }
        process.waitUntilExit()
        return heard.withLock { heard in
            Outcome(
                status: process.terminationStatus, output: String(decoding: heard.output, as: UTF8.self),
                errors: String(decoding: heard.errors, as: UTF8.self))
        }
    }

    private func wait(_ purpose: String, until isDone: (Heard) -> Bool) throws {
        let deadline = DispatchTime.now() + Program.patience
        while true {
            let now = heard.withLock { $0 }
            if isDone(now) { return }
            guard now.open > 0 || purpose == "to end", news.wait(timeout: deadline) == .success else {
                kill(SIGKILL)
                throw Program.Timeout(
                    description:
                        "a player was waited \(purpose) in vain: \(String(decoding: now.errors, as: UTF8.self))")
            }
        }
    }

    private func listen(to pipe: Pipe, _ take: @escaping @Sendable (inout Heard, Data) -> Void) {
        let handle = pipe.fileHandleForReading
        DispatchQueue(label: "player").async { [self] in
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
