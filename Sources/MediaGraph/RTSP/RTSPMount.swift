internal import CGStreamer
internal import Synchronization

/// What one `rtspserversink` publishes: its tracks, and a viewer for every client that has asked for them.
///
/// Streaming threads push frames and never wait; the server's thread adds viewers.
final class RTSPMount: Sendable {
    /// What the server has to do about a mount.
    enum News {
        /// Clients can be told what there is.
        case ready
        /// Clients that were told before cannot go on.
        case changed
    }

    let path: String
    let settings: RTSPSettings
    let transports: GstRTSPLowerTrans

    fileprivate struct Track: Sendable {
        /// The number of its pad.
        let number: Int
        var stream = RTSPTrack()
        /// When a key frame was asked for that has not come yet.
        var askedFor: UInt64?
    }

    private struct State: Sendable {
        var tracks: [Track] = []
        var viewers: [RTSPViewer] = []
        var clock: ObjectHandle?
        var baseTime: UInt64 = 0
        var wasReady = false

        var isReady: Bool { !tracks.isEmpty && tracks.allSatisfy(\.stream.isReady) }
    }

    private let state = Mutex(State())
    private let report: Mutex<(@Sendable (News) -> Void)?> = Mutex(nil)

    init(path: String, settings: RTSPSettings, transports: GstRTSPLowerTrans) {
        self.path = path
        self.settings = settings
        self.transports = transports
    }

    /// Whom to tell; nil where nobody is left.
    func tell(_ report: (@Sendable (News) -> Void)?) {
        self.report.withLock { $0 = report }
    }

    var isReady: Bool { state.withLock { $0.isReady } }

    /// Clients that play, or are about to.
    var playing: Int { state.withLock { $0.viewers.count { $0.isPlaying } } }

    /// Clients that have asked what there is, or play.
    var viewers: Int { state.withLock { $0.viewers.count } }

    // MARK: The element

    /// Takes a pad's stream in.
    func add(track number: Int) {
        state.withLock { state in
            state.tracks.append(Track(number: number))
            state.tracks.sort { $0.number < $1.number }
        }
        renew()
    }

    func remove(track number: Int) {
        state.withLock { $0.tracks.removeAll { $0.number == number } }
        renew()
    }

    /// The clock by which the pipeline plays, and when it was zero there.
    func follow(_ clock: ObjectHandle?, baseTime: UInt64) {
        state.withLock { ($0.clock, $0.baseTime) = (clock, baseTime) }
    }

    /// Ends the stream for every client.
    func end() {
        state.withLock { state in
            for viewer in state.viewers { viewer.end() }
        }
    }

    /// What clients were told holds no more.
    private func renew() {
        let hadViewers = state.withLock { state in
            for viewer in state.viewers { viewer.end() }
            defer { state.viewers = [] }
            state.wasReady = false
            return !state.viewers.isEmpty
        }
        if hadViewers { report.withLock { $0 }?(.changed) }
    }

    // MARK: The streaming threads

    /// Takes what came to a pad; `askForKey` sends a request for a key frame upstream.
    func push(_ sample: OpaquePointer, track number: Int, askForKey: () -> Void) {
        guard let caps = gst_sample_get_caps(sample) else { return }
        let isChange = state.withLock { state in
            guard let index = state.tracks.firstIndex(where: { $0.number == number }) else { return false }
            return state.tracks[index].stream.change(to: caps)
        }
        if isChange { renew() }
        var hasGoneBack = false
        var needsKey = false
        let isNewlyReady = state.withLock { state in
            guard let index = state.tracks.firstIndex(where: { $0.number == number }),
                let frame = state.tracks[index].stream.frame(of: sample)
            else { return false }
            hasGoneBack = state.tracks[index].stream.note(frame)
            guard !hasGoneBack else { return false }
            for viewer in state.viewers {
                if viewer.take(frame, track: index) { needsKey = true }
            }
            needsKey = state.tracks[index].asks(needsKey, at: frame)
            guard state.isReady, !state.wasReady else { return false }
            state.wasReady = true
            return true
        }
        if hasGoneBack { renew() }
        if needsKey { askForKey() }
        if isNewlyReady { report.withLock { $0 }?(.ready) }
    }

    // MARK: The server's thread

    /// The media's pipeline text; the sources are named `track0` and so on, the payloaders as the server wants them.
    var launch: String {
        state.withLock { state in
            let chains = state.tracks.enumerated().compactMap { index, track in
                track.stream.payload.map { payload in
                    "appsrc name=track\(index) is-live=true format=time do-timestamp=false max-bytes=0"
                        + " ! \(payload.chain) name=pay\(index) pt=\(96 + index)"
                }
            }
            return "( \(chains.joined(separator: " ")) )"
        }
    }

    /// Makes a client's media play this mount.
    ///
    /// - Parameters:
    ///   - element: what the media made of `launch`.
    ///   - pipeline: what that is in.
    func makeViewer(in element: ObjectHandle, pipeline: ObjectHandle) -> RTSPViewer {
        state.withLock { state in
            let sources = state.tracks.indices.compactMap { element.element(named: "track\($0)") }
            let viewer = RTSPViewer(sources: sources, hasKeyFrames: state.tracks.map(\.stream.hasKeyFrames))
            guard sources.count == state.tracks.count else { return viewer }
            // The time of the frames is that of this pipeline: the media's is the same.
            if let clock = state.clock { gst_pipeline_use_clock(pipeline.pointer(), clock.pointer()) }
            gst_element_set_start_time(pipeline.element, media_clock_time_none())
            gst_element_set_base_time(pipeline.element, GstClockTime(state.baseTime))
            let now = state.tracks.map(\.stream.latest).max() ?? 0
            for (index, track) in state.tracks.enumerated() {
                if let caps = track.stream.caps { gst_app_src_set_caps(sources[index].pointer(), caps.pointer) }
                for frame in track.stream.recent {
                    let age = track.stream.latest - min(track.stream.latest, frame.time)
                    let time = track.stream.hasKeyFrames ? now : now - min(now, age)
                    if let buffer = frame.moved(to: time) { viewer.prime(buffer, track: index) }
                }
            }
            state.viewers.append(viewer)
            return viewer
        }
    }

    /// A client is gone.
    func remove(_ viewer: RTSPViewer) {
        state.withLock { $0.viewers.removeAll { $0 === viewer } }
    }
}

extension RTSPMount.Track {
    /// How long a key frame that was asked for is waited for. Units: nanoseconds.
    private static let patience: UInt64 = 1_000_000_000

    /// Whether a key frame is to be asked for now, where one is needed or not: once for all who need it.
    fileprivate mutating func asks(_ isNeeded: Bool, at frame: RTSPFrame) -> Bool {
        if frame.isKey { askedFor = nil }
        guard isNeeded else { return false }
        if let askedFor, frame.time < askedFor + Self.patience { return false }
        askedFor = frame.time
        return true
    }
}
