/// How a frame's hole was filled in the time there was: the rungs of the ladder, the best first.
public enum Rung: String, CaseIterable, Sendable {
    /// By the network, with all that it attends to.
    case full
    /// By the network, attending to fewer frames.
    case fewerReferences = "fewer-references"
    /// By the network, on a smaller picture of the region.
    case smallerRegion = "smaller-region"
    /// With what the network made of an earlier frame.
    case lastFill = "last-fill"
    /// From the hole's border, without the network.
    case interpolation

    /// Which counter counts the frames that took this rung.
    public var counter: StageCounters.Counter {
        switch self {
        case .full: .rungFull
        case .fewerReferences: .rungFewerReferences
        case .smallerRegion: .rungSmallerRegion
        case .lastFill: .rungLastFill
        case .interpolation: .rungInterpolation
        }
    }
}

extension Rung: Comparable {
    /// Whether a rung is better than another.
    public static func < (left: Rung, right: Rung) -> Bool {
        left.place < right.place
    }

    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
