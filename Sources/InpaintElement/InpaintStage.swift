package import Frames
internal import Inpainting
internal import MediaGraph

/// The stage's work: finds each frame's hole, and has it filled, from the past alone or from a window of time.
package final class InpaintStage: FrameFilter {
    /// What a user should know once, and what is no failure.
    private enum Fact: String {
        case noMask = "no mask is set and the mask pad brings none: frames pass through as they are"
        case holeBeyondRegion = "the hole reaches beyond the region that is set: what lies outside it is not filled"
        case budgetNeedsLiveInput =
            "the latency budget is for live input, and this is none: every frame gets the full network"
        case budgetNeedsMemory = "the latency budget is for the memory session: the window session keeps its own time"
    }

    /// Told what a user should know and what is no failure. Called from the stage's thread.
    package var notice: ((String) -> Void)?

    private let model: InpaintModel
    private let counters: StageCounters
    private let settings: () -> InpaintSettings
    private let clock: () -> Timestamp
    private var holes: HoleSource
    /// What exists only between one `configure` and the next.
    private var state: (repair: any Repair, planner: RegionPlanner, keepsBudget: Bool)?
    private var told: Set<Fact> = []

    /// - Parameters:
    ///   - settings: asked for every frame.
    ///   - clock: the one by which frames arrive.
    ///
    /// Throws: `FrameError` for a mask that cannot be used.
    package init(
        model: InpaintModel, counters: StageCounters, settings: @escaping () -> InpaintSettings,
        clock: @escaping () -> Timestamp = { MonotonicClock.now }
    ) throws {
        self.model = model
        self.counters = counters
        self.settings = settings
        self.clock = clock
        holes = try HoleSource(settings().mask)
    }

    /// Before it is known whether the input is live, what a file would need.
    package var delay: Int {
        state?.repair.delay ?? (model.session == .memory ? 0 : model.sampling.lookahead)
    }

    package var latencyFrames: Int {
        state?.repair.latencyFrames ?? delay + 1
    }

    package var latencyBudget: Timestamp? {
        state?.keepsBudget == true ? settings().budget : nil
    }

    package func configure(_ layout: FrameLayout, isLive: Bool) throws {
        let planner = try RegionPlanner(
            layout: layout, step: model.network.configuration.sideStep, choice: model.region)
        let remembers = model.session == .memory || (model.session == .auto && isLive)
        let repair: any Repair =
            remembers
            ? MemoryRepair(
                layout: layout, planner: planner, model: model, counters: counters, clock: clock,
                budget: { [settings] in isLive ? settings().budget : nil })
            : WindowRepair(layout: layout, planner: planner, model: model, counters: counters, clock: clock)
        state = (repair, planner, keepsBudget: remembers && isLive)
    }

    package func send(_ frame: Frame, mask: GrayImage?) throws {
        guard let state else { preconditionFailure("a filter is configured before frames are sent") }
        let settings = settings()
        if settings.budget != nil, !state.keepsBudget {
            tell(state.repair is MemoryRepair ? .budgetNeedsLiveInput : .budgetNeedsMemory)
        }
        let hole = hole(of: frame, picture: mask, settings)
        if let box = state.planner.fixed?.box, !hole.parts.allSatisfy({ box.contains($0.bounds) }) {
            tell(.holeBeyondRegion)
        }
        try state.repair.send(frame, hole: hole)
    }

    package func receive() throws -> Frame? { state?.repair.receive() }

    package func drain() throws { try state?.repair.drain() }

    package func flush() { state?.repair.flush() }

    private func hole(of frame: Frame, picture: GrayImage?, _ settings: InpaintSettings) -> Hole {
        do {
            try holes.setExpression(settings.mask)
        } catch {
            notice?("\(error); the mask that was there stays")
        }
        let hole = holes.hole(in: frame.layout, picture: picture, grow: settings.grow, feather: settings.feather)
        if hole == nil { tell(.noMask) }
        return hole ?? .none
    }

    private func tell(_ fact: Fact) {
        if told.insert(fact).inserted { notice?(fact.rawValue) }
    }
}
