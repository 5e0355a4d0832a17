import Foundation

/// Small films, made by the program under test.
enum Film {
    static let frames = 12
    private static let picture =
        "videotestsrc num-buffers=\(frames) pattern=ball ! video/x-raw,format=I420,width=96,height=64,framerate=25/1"
        + " ! x264enc speed-preset=ultrafast ! h264parse ! mux. "
    private static let sound =
        "audiotestsrc num-buffers=24 samplesperbuffer=960 ! audio/x-raw,rate=48000,channels=1 ! audioconvert"

    /// Writes a film; `muxer` with its properties, `encoder` for the sound, nil for none.
    static func make(_ path: String, muxer: String, encoder: String?) throws {
        let audio = encoder.map { "\(sound) ! \($0) ! mux." } ?? ""
        let text = "\(muxer) name=mux ! filesink location=${o} \(picture) \(audio)"
        let outcome = try Program.run("run", "-q", "--launch", text, "o=\(path)")
        guard outcome.status == 0 else { throw Child.Timeout(description: outcome.errors) }
    }

    /// How many pictures a file holds, decoded.
    static func countFrames(of path: String) throws -> Int? {
        let text = "filesrc location=${f} ! decodebin ! video/x-raw ! videoconvert ! inpaint ! fakesink"
        return try Program.run("run", "--json", "--launch", text, "f=\(path)").counter("frames-out")
    }

    /// The encoded sound of a file, byte for byte, as the demuxer gives it; nil where it has none.
    static func sound(of path: String, in folder: String) throws -> Data? {
        let dump = "\(folder)/\(UUID().uuidString)"
        let text =
            "filesrc location=${f} ! parsebin name=in in. ! video/x-h264 ! queue ! fakesink"
            + " funnel name=all ! filesink location=${o} [ in. ! audio/mpeg;audio/x-opus ! queue ! all. ]"
        let outcome = try Program.run("run", "-q", "--launch", text, "f=\(path)", "o=\(dump)")
        guard outcome.status == 0 else { return nil }
        return FileManager.default.contents(atPath: dump)
    }
}
