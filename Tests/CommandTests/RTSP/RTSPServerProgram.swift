import ControlFixtures
import Foundation
import Testing

/// `inpaintd run` with an RTSP server at the end of a live pipeline.
final class RTSPServerProgram {
    let program: Program
    let port: Int
    /// What the program had open before any client came.
    let descriptors: Int

    /// The two sockets by which a clock is woken; the first client brings them.
    private let forGood = 2

    /// Live frames, encoded with one key frame in an hour unless another is asked for.
    static let live =
        "videotestsrc is-live=true pattern=ball ! video/x-raw,width=160,height=120,framerate=25/1"
        + " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=100000 ! h264parse"

    /// - Parameter sink: the sink's other properties.
    init(
        _ stream: String = live, sink: String = "", arguments: [String] = [], environment: [String: String] = [:]
    ) throws {
        port = try freePort()
        program = try Program(
            ["run", "-v", "--launch", "\(stream) ! rtspserversink name=out address=127.0.0.1 port=\(port) \(sink)"]
                + arguments, environment: environment)
        try program.wait(for: "inpaintd: playing")
        descriptors = try openDescriptors(of: program.identifier)
    }

    deinit { program.send(SIGKILL) }

    var address: String { "rtsp://127.0.0.1:\(port)/live" }

    /// What it has open now.
    var opened: Int { get throws { try openDescriptors(of: program.identifier) } }

    /// Waits until all that belonged to clients is closed again, and no more is open than was.
    func waitUntilAlone(with open: Int? = nil) throws {
        try eventually("the descriptors of clients to be closed") {
            try opened <= open ?? descriptors + forGood
        }
    }

    /// Ends it as a service manager does.
    func end() throws -> Child.Outcome {
        program.send(SIGTERM)
        return try program.finish()
    }
}

/// How many descriptors a process has open.
func openDescriptors(of process: pid_t) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
}
