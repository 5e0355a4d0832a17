public import Frames

/// Chooses the regions of a stream's frames: pure, one for each layout.
///
/// Regions never overlap, and each part of a hole lies in one of them. A region stays where it is as long as it can:
/// what the network has seen there is lost when it moves.
public struct RegionPlanner: Sendable {
    /// More regions than this are merged: each costs a pass of the network.
    static let mostRegions = 4
    /// Groups of parts beyond which the nearest are joined unseen, so that planning stays cheap.
    private static let mostGroups = 16

    private let fitting: RegionFitting
    /// The one region, where it was set.
    public let fixed: Region?

    /// - Parameter step: the sides' step that the network's grids allow (`STTNConfiguration.sideStep`).
    ///
    /// Throws: `badSetting` for a chosen box that lies outside the frame.
    public init(layout: FrameLayout, step: (width: Int, height: Int), choice: RegionChoice) throws(FrameError) {
        fitting = RegionFitting(
            frame: layout.bounds, alignment: layout.format.cropAlignment, ladder: RegionLadder(step: step))
        switch choice {
        case .auto: fixed = nil
        case .full: fixed = fitting.whole
        case .box(let box):
            let inside = box.intersection(layout.bounds)
            guard !inside.isEmpty else {
                throw FrameError(
                    .badSetting, subject: "region",
                    detail: "\(box.x),\(box.y),\(box.width),\(box.height) lies outside the frame,"
                        + " which is \(layout.width)x\(layout.height)")
            }
            fixed = fitting.region(exactly: inside)
        }
    }

    /// The regions for all frames not yet given out.
    ///
    /// - Parameters:
    ///   - parts: the boxes of their holes' parts (`Hole.parts`), all frames together.
    ///   - current: the regions in use, which the network knows.
    public func regions(for parts: [Rectangle], keeping current: [Region]) -> [Region] {
        place(parts, among: current.filter { !isTooCoarse($0, for: parts) })
    }

    /// Finds every part a region, and changes no more of those that there are than it must.
    ///
    /// - Parameter current: those that can be spared first come first.
    func place(_ parts: [Rectangle], among current: [Region]) -> [Region] {
        if let fixed { return parts.isEmpty ? current : [fixed] }
        var kept = current
        var homeless = parts.filter { part in !kept.contains { serves($0, part) } }
        if homeless.isEmpty { return kept }

        // A region that a new one would overlap gives way, and the parts it served look for a home again.
        while true {
            let planned = group(homeless).map(\.region)
            let dissolved = kept.filter { old in planned.contains { !$0.box.intersection(old.box).isEmpty } }
            if dissolved.isEmpty {
                if kept.count + planned.count <= Self.mostRegions { return kept + planned }
                let idle = kept.firstIndex { old in !parts.contains { serves(old, $0) } }
                guard let idle else { return group(parts).map(\.region) }
                kept.remove(at: idle)
            } else {
                kept.removeAll { dissolved.contains($0) }
                homeless = parts.filter { part in !kept.contains { serves($0, part) } }
            }
        }
    }

    /// The region with a smaller picture: at most its area halved so often; nil where the network takes none so small.
    public func smaller(_ region: Region, halvings: Int) -> Region? {
        guard halvings > 0 else { return region }
        let sides = (width: region.box.width, height: region.box.height)
        return fitting.ladder.size(showing: sides, within: region.size.area >> halvings)
            .map { Region(box: region.box, size: $0) }
    }

    /// Whether a part of a hole lies in a region with a quarter of its size to spare, or touches the frame's edge; a
    /// region that was set serves all that it meets.
    func serves(_ region: Region, _ part: Rectangle) -> Bool {
        guard fixed == nil else { return !region.box.intersection(part).isEmpty }
        let spare = (x: max(1, part.width / 4), y: max(1, part.height / 4))
        return region.box.contains(
            Rectangle(
                x: part.x - spare.x, y: part.y - spare.y,
                width: part.width + 2 * spare.x, height: part.height + 2 * spare.y
            ).intersection(fitting.frame))
    }

    /// Whether a region was made for larger holes and now loses more than half of the detail it could keep.
    func isTooCoarse(_ region: Region, for parts: [Rectangle]) -> Bool {
        let served = parts.filter { serves(region, $0) }
        guard fixed == nil, region.scale < 0.5, let first = served.first else { return false }
        let box = served.dropFirst().reduce(first) { $0.union($1) }
        let reach = (served.map(\.width).max() ?? 0, served.map(\.height).max() ?? 0)
        return fitting.region(round: box, reach: reach).scale > 2 * region.scale
    }

    // MARK: Groups

    /// Parts that share a region.
    private struct Group {
        let box: Rectangle
        /// The context on each side: the size of the largest part.
        let reach: (width: Int, height: Int)
        let region: Region

        init(box: Rectangle, reach: (width: Int, height: Int), fitting: RegionFitting) {
            self.box = box
            self.reach = reach
            region = fitting.region(round: box, reach: reach)
        }
    }

    private func union(_ first: Group, _ second: Group) -> Group {
        Group(
            box: first.box.union(second.box),
            reach: (max(first.reach.width, second.reach.width), max(first.reach.height, second.reach.height)),
            fitting: fitting)
    }

    /// Joins parts until no two regions overlap, none could be joined at a gain, and there are few enough.
    private func group(_ parts: [Rectangle]) -> [Group] {
        var groups: [Group] = []
        for part in parts {
            var joined = Group(box: part, reach: (part.width, part.height), fitting: fitting)
            while let index = groups.firstIndex(where: { !$0.box.intersection(joined.box).isEmpty }) {
                joined = union(groups.remove(at: index), joined)
            }
            groups.append(joined)
        }
        while groups.count > Self.mostGroups { joinNearest(in: &groups) }
        repeat {
            while joinGainful(in: &groups) {}
            guard groups.count > Self.mostRegions else { return groups }
            joinNearest(in: &groups)
        } while true
    }

    /// Joins the first two groups whose regions overlap, or whose common region is no dearer than both and as sharp.
    private func joinGainful(in groups: inout [Group]) -> Bool {
        for (first, second) in pairs(of: groups) {
            let common = union(groups[first], groups[second])
            let (one, other) = (groups[first].region, groups[second].region)
            guard
                !one.box.intersection(other.box).isEmpty
                    || (common.region.scale >= 1 && common.region.size.area <= one.size.area + other.size.area)
            else { continue }
            groups.remove(at: second)
            groups[first] = common
            return true
        }
        return false
    }

    /// Joins the two groups whose common box adds least to theirs.
    private func joinNearest(in groups: inout [Group]) {
        let boxes = groups.map(\.box)
        let nearest = pairs(of: groups).min { one, other in
            added(boxes[one.0], boxes[one.1]) < added(boxes[other.0], boxes[other.1])
        }
        guard let (first, second) = nearest else { return }
        groups[first] = union(groups[first], groups[second])
        groups.remove(at: second)
    }

    private func added(_ one: Rectangle, _ other: Rectangle) -> Int {
        one.union(other).area - one.area - other.area
    }

    private func pairs(of groups: [Group]) -> [(Int, Int)] {
        groups.indices.flatMap { first in (first + 1..<groups.count).map { (first, $0) } }
    }
}
