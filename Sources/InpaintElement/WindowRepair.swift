internal import Frames
internal import Inpainting

/// Fills frames from what lies before and after them: the network sees a window of frames round each.
///
/// A frame is held whole until its look-ahead has come, so that regions can be chosen anew at any time from all that is
/// still to be filled.
final class WindowRepair: Repair {
    /// A frame that waits for its look-ahead.
    private struct Pending {
        let frame: Frame
        let hole: Hole
    }

    private let layout: FrameLayout
    private let planner: RegionPlanner
    private let model: InpaintModel
    private let counters: StageCounters
    private let clock: () -> Timestamp
    private let compositor: Compositor
    private var pending: [Pending] = []
    private var finished: [Frame] = []
    /// Frames finished so far.
    private var count = 0
    private var regions: [WindowRegion] = []

    init(
        layout: FrameLayout, planner: RegionPlanner, model: InpaintModel, counters: StageCounters,
        clock: @escaping () -> Timestamp
    ) {
        self.layout = layout
        self.planner = planner
        self.model = model
        self.counters = counters
        self.clock = clock
        compositor = Compositor(layout: layout)
    }

    var delay: Int { model.delay }
    var latencyFrames: Int { model.delay + (model.filler == nil ? model.sampling.step : 1) }

    func send(_ frame: Frame, hole: Hole) throws {
        let new = Pending(frame: frame, hole: hole)
        pending.append(new)
        let added = try chooseRegions()
        let start = clock()
        for region in regions {
            let isNew = added.contains { $0 === region }
            for held in isNew ? pending : [new] { try region.send(held.frame, hole: held.hole) }
        }
        if !regions.isEmpty { counters.add(clock().elapsed(since: start), to: .inference) }
        if pending.count > delay { try finishFirst() }
    }

    func receive() -> Frame? {
        finished.isEmpty ? nil : finished.removeFirst()
    }

    func drain() throws {
        for region in regions { region.drain() }
        while !pending.isEmpty { try finishFirst() }
        regions = []
    }

    func flush() {
        pending = []
        finished = []
        regions = []
    }

    /// Moves regions where the holes ask for it, and returns those that are new.
    private func chooseRegions() throws -> [WindowRegion] {
        let current = regions.map(\.region)
        let wanted = planner.regions(for: pending.flatMap { $0.hole.parts.map(\.bounds) }, keeping: current)
        guard wanted != current else { return [] }
        let kept = regions.filter { wanted.contains($0.region) }
        counters.add(regions.count - kept.count, to: .regionMoves)
        let added = try wanted.filter { !current.contains($0) }.map { region in
            try WindowRegion(region: region, layout: layout, model: model)
        }
        regions = kept + added
        return added
    }

    /// Lays the fills over the frame that has waited longest, and gives it out.
    private func finishFirst() throws {
        var frame = pending[0].frame
        let hole = pending[0].hole
        count += 1
        let fills = try regions.compactMap { region in
            try region.nextFill().map { (planes: $0, region: region) }
        }
        if !fills.isEmpty {
            try frame.storage.write { planes in
                for (fill, region) in fills {
                    let retouch = region.retouch(fill, over: planes, hole: hole, number: count)
                    for part in hole.parts {
                        compositor.composite(
                            fill, at: region.region.box, into: planes, alpha: part, retouch: retouch)
                    }
                }
            }
            frame.rung = .full
            counters.add(to: .framesRepaired)
            counters.add(to: Rung.full.counter)
        }
        pending.removeFirst()
        finished.append(frame)
    }
}
