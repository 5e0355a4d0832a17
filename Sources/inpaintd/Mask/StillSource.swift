internal import FoundationEssentials
internal import Logging
internal import MediaGraph
internal import Synchronization

/// Takes single frames of a video file or of an address.
final class StillSource: Sendable {
    /// As many as a decoder may still hold when the end is called. Units: frames.
    private static let kept = 200
    /// A source that gives nothing ends somewhere.
    private static let patience = Duration.seconds(60)

    /// A path, or an address such as `rtsp://…`.
    let source: String
    private let folder: String
    /// What is being played, to be ended from another thread, and whether that was done.
    private let playing = Mutex<(run: PipelineRun?, isStopped: Bool)>((nil, false))

    /// - Parameter folder: one that nobody else uses.
    init(_ source: String, folder: String) {
        self.source = source
        self.folder = folder
    }

    /// Whether it is asked over a network, and so what comes first is what is there now.
    var isAddress: Bool { source.contains("://") }

    /// A frame as a PNG file: the one with this number, counted from 1, or the last one where there are fewer.
    ///
    /// - Parameters:
    ///   - filter: pipeline text that the frames go through, RGB, and all frames before that one.
    ///   - knobs: the values of the text's knobs.
    ///
    /// Throws: `PipelineError` where there is no frame.
    func picture(_ number: Int, through filter: String = "", setting knobs: [String: String] = [:]) throws -> [UInt8] {
        let pictures = "\(folder)/stills"
        try FileManager.default.createDirectory(atPath: pictures, withIntermediateDirectories: false)
        defer {
            // try? because a folder that cannot be removed keeps nobody from the picture.
            try? FileManager.default.removeItem(atPath: pictures)
        }
        let input =
            isAddress
            ? "uridecodebin uri=${source} caps=\"video/x-raw(ANY)\"" : "filesrc location=${source} ! decodebin"
        let text =
            input + " ! videoconvert ! video/x-raw,format=RGB ! identity eos-after=${enough}"
            + (filter.isEmpty ? "" : " ! \(filter)")
            + " ! pngenc compression-level=1 ! multifilesink location=${pictures} index=1 max-files=\(Self.kept)"
        let values = ["source": source, "enough": "\(number + 1)", "pictures": "\(pictures)/%07d.png"]
        try play(text, setting: knobs.merging(values) { $1 })
        // A decoder hands on what it holds after the end was called, so there may be more.
        let last = try FileManager.default.contentsOfDirectory(atPath: pictures).compactMap { Int($0.prefix(7)) }
            .filter { $0 <= number }.max()
        guard let last else { throw PipelineError(.badData, subject: source, detail: "holds no picture") }
        let name = String(repeating: "0", count: 7 - "\(last)".count) + "\(last).png"
        guard let picture = FileManager.default.contents(atPath: "\(pictures)/\(name)") else {
            throw PipelineError(.inputOutput, subject: "\(pictures)/\(name)", detail: "cannot be read")
        }
        return Array(picture)
    }

    /// Whether it was stopped, which is no failure of the source.
    var isStopped: Bool { playing.withLock { $0.isStopped } }

    /// Lets what is being played end, and whatever is begun after this.
    func stop() {
        let run = playing.withLock { playing in
            playing.isStopped = true
            return playing.run
        }
        run?.drain()
    }

    private func play(_ text: String, setting knobs: [String: String]) throws {
        let pipeline = try Pipeline(PipelineDescription(parsing: text, name: source).plan(setting: knobs))
        let run = PipelineRun(pipeline)
        let isStopped = playing.withLock { playing in
            playing.run = run
            return playing.isStopped
        }
        defer { playing.withLock { $0.run = nil } }
        if isStopped { run.drain() }
        let start = ContinuousClock.now
        _ = try run.run(tickEvery: .seconds(1)) { event in
            switch event {
            case .warning(let warning):
                Talk.errors.warning("\(warning)")
            case .tick where ContinuousClock.now - start > Self.patience:
                run.fail(
                    PipelineError(
                        .unavailable, subject: source,
                        detail: "the frame did not come within \(Self.patience.components.seconds) seconds"))
            default: break
            }
        }
    }
}
