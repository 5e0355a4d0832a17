/// Which frames of each track one client gets: from a key frame on, all tracks from the same moment. A pure value.
///
/// Units: running time in nanoseconds.
package struct RTSPStart: Sendable {
    private enum Phase {
        /// It does not play: it has asked for a description, or pauses.
        case idle
        /// It plays as soon as a frame comes with which decoding can begin.
        case waiting
        case playing(since: UInt64)
    }

    private var phase = Phase.idle
    /// For each track, whether a frame to begin with has gone out.
    private var hasJoined: [Bool]
    private let hasKeyFrames: [Bool]

    /// - Parameter hasKeyFrames: for each track, whether decoding can only begin with a key frame.
    package init(hasKeyFrames: [Bool]) {
        self.hasKeyFrames = hasKeyFrames
        hasJoined = hasKeyFrames.map { _ in false }
    }

    package var isPlaying: Bool {
        if case .idle = phase { false } else { true }
    }

    /// The client wants to play from now on.
    package mutating func begin() {
        phase = .waiting
        for track in hasJoined.indices { hasJoined[track] = false }
    }

    /// The client wants nothing for now.
    package mutating func pause() { phase = .idle }

    /// Something of a track was lost: it goes on with the next frame that decoding can begin with.
    package mutating func lose(_ track: Int) { hasJoined[track] = false }

    /// Whether a frame goes out.
    package mutating func takes(track: Int, time: UInt64, isKey: Bool) -> Bool {
        switch phase {
        case .idle:
            return false
        case .waiting:
            // Where there is a picture, it is what the client waits for.
            let begins = hasKeyFrames[track] ? isKey : !hasKeyFrames.contains(true)
            guard begins else { return false }
            phase = .playing(since: time)
        case .playing(let start):
            let begins = hasKeyFrames[track] ? isKey : time >= start
            guard hasJoined[track] || begins else { return false }
        }
        hasJoined[track] = true
        return true
    }

    /// Whether the client waits for a key frame of a track.
    package func waitsForKey(of track: Int) -> Bool {
        switch phase {
        case .idle: false
        case .waiting, .playing: hasKeyFrames[track] && !hasJoined[track]
        }
    }

    /// Whether a packet may go to the client. What described the stream, before it played, may not, and neither may
    /// pictures that need others from before the first key frame.
    package func mayPass(time: UInt64) -> Bool {
        guard case .playing(let start) = phase else { return false }
        return time >= start
    }
}
