import Foundation
import Testing

/// `inpaintd run` with an RTSP server at the end of a live pipeline.
final class RTSPServerProgram {
    let program: Program
    let port: Int
    /// What the program had open before any client came.
    let descriptors: Int

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

    /// Waits until all that belonged to clients is closed again.
    func waitUntilAlone(but clients: Int = 0) throws {
        // A client has its connection, and what its pipeline needs.
        try eventually("the descriptors of clients to be closed") {
            let open = try openDescriptors(of: program.identifier)
            return clients == 0 ? open <= descriptors : open < descriptors + 14 * clients
        }
    }

    /// Ends it as a service manager does.
    func end() throws -> Program.Outcome {
        program.send(SIGTERM)
        return try program.finish()
    }
}

/// How many descriptors a process has open.
func openDescriptors(of process: pid_t) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count
}

/// A TCP port of 127.0.0.1 that nobody has.
func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard isBound else { throw Program.Timeout(description: "there is no free port") }
    return Int(UInt16(bigEndian: address.sin_port))
}
