internal import Frames

/// The levels at which the network can run over a stream's regions, and what each would cost.
public struct NetworkLadder: Sendable {
    /// How often a region's picture may be halved: below a quarter of its pixels a fill has nothing left to show.
    private static let mostHalvings = 2

    private let planner: RegionPlanner
    private let sampling: MemorySession.Sampling

    public init(planner: RegionPlanner, sampling: MemorySession.Sampling) {
        self.planner = planner
        self.sampling = sampling
    }

    /// The levels there are, the best first.
    ///
    /// - Parameters:
    ///   - regions: all of the stream's regions, as planned.
    ///   - holes: those of them that a frame's hole lies in, which are to be paid for.
    ///   - attended: frames that the next pass over a region sees, where the network knows that region already.
    public func levels(
        for regions: [Region], holes: [Region], costs: PassCosts, attended: (Region) -> Int?
    ) -> [NetworkLevel] {
        func level(_ rung: Rung, halvings: Int, reach: MemorySession.Reach?) -> NetworkLevel {
            let passes = holes.map { region in
                let region = sized(region, halvings: halvings)
                return pass(over: region, attended: attended(region), reach: reach)
            }
            return NetworkLevel(rung: rung, halvings: halvings, reach: reach, cost: costs.estimate(passes))
        }

        var levels = [
            level(.full, halvings: 0, reach: nil), level(.fewerReferences, halvings: 0, reach: fewer),
        ]
        var sizes = regions
        for halvings in 1...Self.mostHalvings {
            let smaller = regions.map { sized($0, halvings: halvings) }
            if smaller == sizes { break }
            levels.append(level(.smallerRegion, halvings: halvings, reach: nil))
            sizes = smaller
        }
        return levels
    }

    /// The region with its picture halved so often, or as often as the network's sizes allow.
    public func sized(_ region: Region, halvings: Int) -> Region {
        for halvings in stride(from: halvings, to: 0, by: -1) {
            if let smaller = planner.smaller(region, halvings: halvings) { return smaller }
        }
        return region
    }

    /// A pass over a region; of one that is new to the network what it will be once its memory is full.
    public func pass(over region: Region, attended: Int?, reach: MemorySession.Reach?) -> NetworkPass {
        let all = attended ?? 1 + sampling.neighbors + sampling.references
        return NetworkPass(
            size: region.size, attended: min(all, reach.map { 1 + $0.neighbors + $0.references } ?? all))
    }

    /// The nearest frames tell most of what moves, and one from further back of what they all hide.
    private var fewer: MemorySession.Reach {
        MemorySession.Reach(
            neighbors: min(sampling.neighbors, max(1, sampling.neighbors / 2)),
            references: min(sampling.references, 1))
    }
}
