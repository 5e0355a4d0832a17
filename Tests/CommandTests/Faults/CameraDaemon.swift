import Daemon
import Foundation
import Testing

/// `inpaintd serve` with one stream, `cam`, that plays a camera.
final class CameraDaemon: Sendable {
    /// How the stream and the daemon ended.
    struct Outcome {
        let stream: StreamDocument
        let log: String

        func count(of text: String) -> Int { log.components(separatedBy: text).count - 1 }

        /// What was told of faults, a line each.
        var faults: [Substring] { log.split(separator: "\n").filter { $0.contains(" cam: fault: ") } }
    }

    /// Encodes what comes out, so that a container can be behind it.
    static let encoder = "x264enc tune=zerolatency speed-preset=ultrafast ! h264parse"

    private let program: Program
    private let client: ControlClient

    /// Starts it, with the stream.
    ///
    /// - Parameters:
    ///   - source: properties of the `rtspsrc`.
    ///   - keys: what the stream has besides, a line of YAML each.
    init(
        _ url: String, in folder: String, source: String = "", sink: String = "fakesink sync=false",
        keys: [String] = []
    ) throws {
        let text = """
            rtspsrc name=in location=${url} latency=100 \(source)
            in. ! application/x-rtp,media=video ! queue ! decodebin caps="video/x-raw(ANY)" ! video/x-raw ! queue
            ! videoconvert ! inpaint mask=rect:20,20,8,8 weights=\(WorkerProgram.weights) ! videoconvert ! \(sink)
            """
        let own = ["restart-delays: [100ms, 100ms, 100ms]"] + keys
        let configuration = """
            control: {socket: \(folder)/run/control.sock}
            streams:
              cam:
                text: >-
            \(text.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
                knobs: {url: "\(url)"}
            \(own.map { "    \($0)" }.joined(separator: "\n"))

            """
        try Data(configuration.utf8).write(to: URL(filePath: "\(folder)/c.yaml"))
        program = try Program(["serve", "--config", "\(folder)/c.yaml"])
        client = ControlClient(socket: "\(folder)/run/control.sock")
    }

    /// Waits until something was told of the stream so many times.
    func wait(for text: String, times: Int = 1) throws {
        try program.wait { $0.components(separatedBy: " cam: \(text)").count > times }
    }

    /// How often something was told of the stream so far.
    func count(of text: String) throws -> Int {
        var count = 0
        try program.wait {
            count = $0.components(separatedBy: " cam: \(text)").count - 1
            return true
        }
        return count
    }

    func show() throws -> StreamDocument {
        try JSONDecoder().decode(StreamDocument.self, from: Data(client.send(.show("cam"))))
    }

    /// Waits until so many more frames have come out.
    func wait(forFrames more: UInt64) throws {
        let wanted = try show().total("frames-out") + more
        let deadline = ContinuousClock.now + .seconds(Int(Child.patience))
        while try show().total("frames-out") < wanted {
            guard ContinuousClock.now < deadline else {
                throw Child.Timeout(description: "waited in vain for \(more) more frames: \(try show())")
            }
            usleep(50_000)
        }
    }

    /// Stops the stream, looks at it once more, and ends the daemon.
    ///
    /// Every frame that came in has then left or is counted as dropped, and every fault has brought one restart.
    func end() throws -> Outcome {
        _ = try client.send(.stop("cam"))
        try wait(for: "stopped: ")
        let stream = try show()
        program.send(SIGTERM)
        let outcome = try program.finish()
        #expect(outcome.status == 0)
        let gone = ["frames-out", "frames-flushed", "frames-lost"].map(stream.total)
        #expect(stream.total("frames-in") == gone.reduce(0, +), "\(stream.stages)")
        let result = Outcome(stream: stream, log: outcome.errors)
        #expect(result.faults.count == result.stream.restarts.values.reduce(0, +), "\(outcome.errors)")
        #expect(result.faults.count == result.count(of: " cam: retrying: "), "\(outcome.errors)")
        return result
    }
}
