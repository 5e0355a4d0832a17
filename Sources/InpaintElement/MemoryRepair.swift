internal import Frames
internal import Inpainting

/// Fills each frame as it comes, from what the network remembers of the past; with a budget, within that time.
///
/// A frame's way: the regions for its hole, the time there is for it, what of the network fits into that time, and then
/// the fills, region by region, none of which is left out.
final class MemoryRepair: Repair {
    /// What is to be done for a frame: at which level the regions are, and whether the network runs over them.
    private struct Choice {
        let level: NetworkLevel
        let runs: Bool
    }

    let delay = 0
    /// A frame's own time: who needs longer for every frame does not keep up.
    let latencyFrames = 1

    private let layout: FrameLayout
    private let model: InpaintModel
    private let counters: StageCounters
    private let clock: () -> Timestamp
    private let budget: () -> Timestamp?
    private let compositor: Compositor
    private let ladder: NetworkLadder

    private var tenure: RegionTenure
    private var planned: [Region] = []
    private var regions: [MemoryRegion] = []
    private var costs = PassCosts()
    private var chooser = RungChooser()
    private var finished: [Frame] = []
    /// Frames that have come.
    private var count = 0
    /// What the network took for the frame in hand; nil where it did not run.
    private var inference: Timestamp?

    /// - Parameter budget: asked for every frame; nil where every frame gets the full network.
    init(
        layout: FrameLayout, planner: RegionPlanner, model: InpaintModel, counters: StageCounters,
        clock: @escaping () -> Timestamp, budget: @escaping () -> Timestamp?
    ) {
        self.layout = layout
        self.model = model
        self.counters = counters
        self.clock = clock
        self.budget = budget
        compositor = Compositor(layout: layout)
        ladder = NetworkLadder(planner: planner, sampling: model.memorySampling)
        tenure = RegionTenure(planner: planner)
    }

    func send(_ frame: Frame, hole: Hole) throws {
        var frame = frame
        count += 1
        let time = budget().map { FrameTime(of: frame, budget: $0, now: clock()) }
        plan(for: hole)
        let choice = choose(planned.filter { $0.meets(hole) }, within: time)
        try makeRegions(halvings: choice.level.halvings)
        for region in regions { region.beginFrame() }
        inference = nil

        // The hole first: what lies in other regions is only learnt, in the time that is left.
        var worst: Rung?
        for region in regions where region.region.meets(hole) {
            let runs = choice.runs && (worst == nil || fits(region, choice.level, time))
            guard let rung = try repair(region, of: frame, hole, at: runs ? choice.level : nil) else { continue }
            worst = max(worst ?? rung, rung)
        }
        for region in regions where !region.region.meets(hole) && fits(region, choice.level, time) {
            _ = try show(frame, to: region, hole, at: choice.level)
        }

        if let worst {
            counters.add(to: .framesRepaired)
            counters.add(to: worst.counter)
        }
        if let inference { counters.add(inference, to: .inference) }
        if let time, clock() > time.due { counters.add(to: .framesLate) }
        frame.rung = worst
        finished.append(frame)
    }

    func receive() -> Frame? {
        finished.isEmpty ? nil : finished.removeFirst()
    }

    func drain() {}

    func flush() {
        finished = []
        for region in regions { region.reset() }
    }

    // MARK: Before the network

    /// Decides on the regions for a frame.
    private func plan(for hole: Hole) {
        let before = planned
        planned = tenure.regions(for: hole.parts.map(\.bounds))
        guard planned.contains(where: { !before.contains($0) }) else { return }
        counters.add(before.filter { !planned.contains($0) }.count, to: .regionMoves)
    }

    /// Decides what the network does for the hole of a frame.
    private func choose(_ holes: [Region], within time: FrameTime?) -> Choice {
        guard let time else {
            return Choice(level: NetworkLevel(rung: .full, halvings: 0, reach: nil, cost: nil), runs: true)
        }
        let levels = ladder.levels(for: planned, holes: holes, costs: costs) { region in
            regions.first { $0.region == region }?.attended
        }
        let chosen =
            holes.isEmpty
            ? nil : chooser.choose(among: levels, timeLeft: time.left(at: clock()), sustained: time.sustained)
        return Choice(level: levels[chosen ?? min(chooser.level, levels.count - 1)], runs: chosen != nil)
    }

    /// Makes the planned regions at their size; what is remembered of any other is forgotten.
    private func makeRegions(halvings: Int) throws {
        let wanted = planned.map { ladder.sized($0, halvings: halvings) }
        guard wanted != regions.map(\.region) else { return }
        let known = regions
        regions = try wanted.map { region in
            try known.first { $0.region == region } ?? MemoryRegion(region: region, layout: layout, model: model)
        }
    }

    /// Whether a pass over one more region ends in time.
    private func fits(_ region: MemoryRegion, _ level: NetworkLevel, _ time: FrameTime?) -> Bool {
        guard let time else { return true }
        let cost = costs.estimate([pass(over: region, level)])
        return chooser.fits(cost, into: time.left(at: clock()))
    }

    private func pass(over region: MemoryRegion, _ level: NetworkLevel) -> NetworkPass {
        ladder.pass(over: region.region, attended: region.attended, reach: level.reach)
    }

    // MARK: The fills

    /// Fills what lies in one region, with the network at `level` or without; the rung that this was.
    private func repair(
        _ region: MemoryRegion, of frame: Frame, _ hole: Hole, at level: NetworkLevel?
    ) throws -> Rung? {
        let start = clock()
        if let level {
            let (pass, cuts) = (pass(over: region, level), region.sceneCuts)
            guard let fill = try show(frame, to: region, hole, at: level) else { return nil }
            try lay(fill, of: region, over: frame, hole, from: model.filler == nil ? .network : .other)
            // After a cut there is nothing to attend to: another pass than the one that was planned.
            if region.sceneCuts == cuts { costs.measure(pass, took: clock().elapsed(since: start)) }
            return level.rung
        }
        if let fill = try countingCuts(of: region, { try region.lastFill(frame, hole: hole) }) {
            try lay(fill, of: region, over: frame, hole, from: model.filler == nil ? .earlier : .other)
            return .lastFill
        }
        try lay(try region.interpolation(frame, hole: hole), of: region, over: frame, hole, from: .other)
        return .interpolation
    }

    /// Shows a frame to the network; nil where it has no hole there.
    private func show(
        _ frame: Frame, to region: MemoryRegion, _ hole: Hole, at level: NetworkLevel
    ) throws -> [Plane]? {
        let start = clock()
        defer { inference = (inference ?? .zero).advanced(by: clock().elapsed(since: start)) }
        return try countingCuts(of: region) { try region.fill(frame, hole: hole, attending: level.reach) }
    }

    private func countingCuts<Fill>(of region: MemoryRegion, _ body: () throws -> Fill) rethrows -> Fill {
        let cuts = region.sceneCuts
        defer { counters.add(region.sceneCuts - cuts, to: .sceneCuts) }
        return try body()
    }

    private func lay(
        _ fill: [Plane], of region: MemoryRegion, over frame: Frame, _ hole: Hole, from origin: FillFinish.Origin
    ) throws {
        try frame.storage.write { planes in
            let retouch = region.finish.retouch(fill, over: planes, hole: hole, from: origin, number: count)
            for part in hole.parts {
                compositor.composite(fill, at: region.region.box, into: planes, alpha: part, retouch: retouch)
            }
        }
    }
}
