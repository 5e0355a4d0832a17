import Foundation

/// What ffprobe finds in a file, decoding all of it.
struct PlayedFile {
    struct Stream: Decodable {
        let codecName: String
        let codecType: String
        let nbReadFrames: String?
        let width: Int?
        let height: Int?
    }

    private struct Document: Decodable {
        let streams: [Stream]
    }

    let streams: [Stream]

    init(_ path: String) throws {
        let outcome = try Peer.run([
            "ffprobe", "-v", "error", "-count_frames", "-show_streams", "-of", "json", path,
        ])
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        streams = try decoder.decode(Document.self, from: outcome.output).streams
    }

    var video: Stream? { streams.first { $0.codecType == "video" } }
    var audio: Stream? { streams.first { $0.codecType == "audio" } }

    /// Pictures that could be decoded.
    var frames: Int { count(video) }
    /// Pieces of sound that could be decoded.
    var soundFrames: Int { count(audio) }

    private func count(_ stream: Stream?) -> Int { Int(stream?.nbReadFrames ?? "") ?? 0 }
}

/// The bytes of a file; 0 where it is not there yet.
func size(of path: String) -> Int {
    // try? because a file that is not there yet has no size.
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.size] as? Int ?? 0
}
