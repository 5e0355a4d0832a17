/// Whether the daemon does what it is there for: every stream that should play gives frames.
public struct Readiness: Codable, Hashable, Sendable {
    public let isReady: Bool
    /// Why not: a line a stream.
    public let reasons: [String]

    /// Streams that were stopped, or whose file has ended, count neither way.
    ///
    /// - Parameter limit: How old the last frame of a stage may be.
    public init(of streams: [StreamStatus], within limit: Duration) {
        reasons = streams.compactMap { stream in
            Self.fault(of: stream, within: limit).map { "\(stream.name) \($0)" }
        }
        isReady = reasons.isEmpty
    }

    private static func fault(of stream: StreamStatus, within limit: Duration) -> String? {
        switch stream.state {
        case .stopped:
            return nil
        case .starting, .retrying, .failed:
            return "is \(stream.state.rawValue)"
        case .running, .degraded:
            guard let progress = stream.progress else { return "has not told anything yet" }
            for stage in progress.stages {
                guard let age = stage.sinceLastFrame else { return "has given no frame at \(stage.element) yet" }
                if age > limit {
                    let tenths = Int(age / .milliseconds(100))
                    return "has given no frame at \(stage.element) for \(tenths / 10).\(tenths % 10) s"
                }
            }
            return nil
        }
    }
}
