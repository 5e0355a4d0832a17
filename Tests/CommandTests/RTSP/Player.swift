import Foundation

/// A program that plays an RTSP stream, watched while it does.
struct Player: Sendable {
    enum Transport: String, CaseIterable, Sendable {
        case tcp
        case udp
    }

    private let child: Child

    /// Decodes and drops what it gets until it is stopped, and says how many frames those were.
    static func endless(_ address: String, _ transport: Transport = .tcp) throws -> Player {
        try Player(
            child: Child([
                "ffmpeg", "-v", "error", "-nostdin", "-rtsp_transport", transport.rawValue, "-i", address, "-progress",
                "pipe:1", "-stats_period", "0.1", "-f", "null", "-",
            ]))
    }

    /// A few frames as ffprobe decodes them: whether each is a key frame, its time, its type, its width.
    static func frames(_ count: Int, of address: String, _ transport: Transport = .tcp) throws -> Child.Outcome {
        try Child([
            "ffprobe", "-v", "error", "-rtsp_transport", transport.rawValue, "-select_streams", "v:0",
            "-read_intervals", "%+#\(count)", "-show_entries", "frame=key_frame,pts_time,pict_type,width", "-of",
            "csv=p=0", address,
        ]).finish()
    }

    func kill(_ signal: Int32) { child.send(signal) }

    /// Frames so far.
    var frames: Int { Self.frames(in: child.heard) }

    private static func frames(in heard: Child.Heard) -> Int {
        heard.lines.last { $0.hasPrefix("frame=") }.flatMap { Int($0.dropFirst(6)) } ?? 0
    }

    /// Waits until it has got so many frames.
    func wait(forFrames count: Int) throws {
        try child.wait("for \(count) frames") { Self.frames(in: $0) >= count }
    }

    /// Waits for its end.
    func finish() throws -> Child.Outcome { try child.finish() }
}

extension Child.Outcome {
    /// What stands at a place of each line, as numbers; ffprobe writes N/A for what it does not know.
    func column(_ index: Int) -> [Double?] {
        String(decoding: output, as: UTF8.self).split(separator: "\n").map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            return fields.indices.contains(index) ? Double(fields[index]) : nil
        }
    }
}
