public import Frames

/// The regions of a stream of which the future is not known: which there are, and how long they stay.
///
/// A region that goes takes with it all that the network remembers of it. So, of what a planner would do with each
/// frame alone:
/// - a region whose hole has vanished stays for `idleFrames`: subtitles come back, a detector blinks;
/// - a region too coarse for its hole stays until it has been so for `coarseFrames` in a row: one frame in which the
///   hole is small, or of which a part is hidden, is no reason;
/// - where there are too many, the one whose hole has been gone for longest makes room.
///
/// It is a pure value, fed with every frame of the stream in order.
public struct RegionTenure: Sendable {
    /// Ten seconds at 25 frames a second: longer than the pause between two subtitles, shorter than a scene's memory is
    /// worth the passes that keep it.
    public static let idleFrames = 250
    public static let coarseFrames = 25

    private struct Tenant {
        let region: Region
        /// Frames since a part of a hole was in it.
        var idle = 0
        /// Frames in a row for which it was too coarse.
        var coarse = 0
    }

    private let planner: RegionPlanner
    /// The longest idle first.
    private var tenants: [Tenant] = []

    public init(planner: RegionPlanner) {
        self.planner = planner
    }

    /// The regions for the next frame.
    ///
    /// - Parameter parts: the boxes of its hole's parts (`Hole.parts`).
    public mutating func regions(for parts: [Rectangle]) -> [Region] {
        for index in tenants.indices {
            let region = tenants[index].region
            guard parts.contains(where: { planner.serves(region, $0) }) else {
                tenants[index].idle += 1
                continue
            }
            tenants[index].idle = 0
            tenants[index].coarse = planner.isTooCoarse(region, for: parts) ? tenants[index].coarse + 1 : 0
        }
        tenants.removeAll { $0.idle >= Self.idleFrames || $0.coarse >= Self.coarseFrames }
        tenants.sort { $0.idle > $1.idle }
        let regions = planner.place(parts, among: tenants.map(\.region))
        tenants = regions.map { region in tenants.first { $0.region == region } ?? Tenant(region: region) }
        return regions
    }
}
