import Foundation

/// The test server: `/live` has picture and AAC, `/telephone` picture and G.711, `/silent` a picture alone; what is pushed
/// to `/push` or, without sound, to `/push-silent` lies in a file.
struct RTSPServer {
    let port: Int
    private let peer: Peer
    private let folder: String

    init(in folder: String, login: String? = nil) throws {
        let picture =
            "videotestsrc is-live=true pattern=ball ! video/x-raw,width=192,height=108,framerate=25/1"
            + " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph264pay name=pay0 pt=96"
        let recording = " ! matroskamux name=mux ! filesink buffer-mode=unbuffered location=\(folder)/"
        // The client announces the stream that it got last as its first.
        let texts = [
            (
                "play", "live",
                picture + " audiotestsrc is-live=true ! avenc_aac ! aacparse ! rtpmp4gpay name=pay1 pt=97"
            ),
            (
                "play", "telephone",
                picture + " audiotestsrc is-live=true ! audio/x-raw,rate=8000 ! mulawenc ! rtppcmupay name=pay1 pt=0"
            ),
            ("play", "silent", picture),
            (
                "record", "push",
                "rtph264depay name=depay1 ! h264parse\(recording)push.mkv"
                    + " rtpmp4adepay name=depay0 ! aacparse ! mux."
            ),
            ("record", "push-silent", "rtph264depay name=depay0 ! h264parse\(recording)push-silent.mkv"),
        ]
        let program = try Program.executable.deletingLastPathComponent().appending(path: "RTSPTestServer").path
        peer = try Peer(
            [program] + (login.map { ["login", $0] } ?? []) + texts.flatMap { [$0.0, "/\($0.1)", "( \($0.2) )"] })
        guard let port = Int(try peer.firstLine()) else { throw Child.Timeout(description: "no port") }
        self.port = port
        self.folder = folder
    }

    func address(_ path: String, login: String = "") -> String { "rtsp://\(login)127.0.0.1:\(port)/\(path)" }

    /// The file of what was pushed.
    func recording(_ path: String) -> String { "\(folder)/\(path).mkv" }

    func stop() { peer.stop() }
}

/// Starts a shipped pipeline, or one of its name in another folder, with the smallest network there is.
func play(
    _ name: String, _ knobs: [String: String], mask: String = "rect:20,20,30,20", in folder: String = pipelines
) throws -> Program {
    let all = knobs.merging(["mask": mask, "weights": WorkerProgram.weights]) { given, _ in given }
    return try Program(
        ["run", "-v", "--json", "\(folder)/\(name).pipeline"] + all.sorted(by: <).map { "\($0.key)=\($0.value)" })
}

extension Program {
    /// Ends the stream, and checks that every frame that went in came out repaired.
    func drain() throws -> Child.Outcome {
        send(SIGTERM)
        return try finish()
    }
}

extension Child.Outcome {
    /// Whether it ended well, and let out, repaired, every frame that it took in.
    var isComplete: Bool {
        let counts = ["frames-in", "frames-out", "frames-repaired"].map(counter)
        return exited && status == 0 && Set(counts).count == 1 && (counts[0] ?? 0) > 0
    }
}

/// Sends a test picture and a tone as MPEG-TS, in real time, until it is stopped.
func sendTransportStream(to address: String, more: [String] = []) throws -> Peer {
    try Peer(
        [
            "ffmpeg", "-nostdin", "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc=size=192x108:rate=25", "-f",
            "lavfi",
            "-i", "sine=1000:sample_rate=48000", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency",
            "-g",
            "25", "-c:a", "aac",
        ] + more + ["-f", "mpegts", address])
}
