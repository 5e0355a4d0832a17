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

/// How many pictures a player finds in a file; -1 where it finds none.
func probe(_ path: String) throws -> Int {
    try ffprobe("stream=nb_read_frames", of: path, "-count_frames").first.flatMap { Int($0) } ?? -1
}

/// What ffprobe writes of a file's streams, packets or frames: a line each, the values with commas between.
///
/// - Parameters:
///   - entries: as its `-show_entries` takes them.
///   - streams: which, as its `-select_streams` takes them.
func ffprobe(_ entries: String, of path: String, streams: String = "v", _ options: String...) throws -> [String] {
    let words = ["ffprobe", "-v", "error", "-select_streams", streams, "-show_entries", entries, "-of", "csv=p=0"]
    let output = try Child(words + options + [path]).finish().output
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map {
        $0.trimmingCharacters(in: [",", " ", "\r"])
    }
}

/// The bytes of a file; 0 where it is not there yet.
func size(of path: String) -> Int {
    // try? because a file that is not there yet has no size.
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return attributes?[.size] as? Int ?? 0
}
