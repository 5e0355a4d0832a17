package import Frames
internal import Inpainting

/// The stage's work: finds each frame's hole, shows the regions round the holes to the network, and lays the fills over
/// the frames.
///
/// A frame is held whole until its look-ahead has come, so that regions can be chosen anew at any time from all that is
/// still to be filled.
package final class InpaintStage: FrameFilter {
    /// A frame that waits for its look-ahead.
    private struct Pending {
        let frame: Frame
        let hole: Hole
    }

    /// What exists only between one `configure` and the next.
    private final class State {
        let layout: FrameLayout
        let planner: RegionPlanner
        let compositor: Compositor
        var pending: [Pending] = []
        var finished: [Frame] = []
        var sessions: [RegionSession] = []

        init(layout: FrameLayout, planner: RegionPlanner) {
            self.layout = layout
            self.planner = planner
            compositor = Compositor(layout: layout)
        }
    }

    /// What a user should know once, and what is no failure.
    private enum Fact: String {
        case noMask = "no mask is set and the mask pad brings none: frames pass through as they are"
        case holeBeyondRegion = "the hole reaches beyond the region that is set: what lies outside it is not filled"
    }

    /// Told what a user should know and what is no failure. Called from the stage's thread.
    package var notice: ((String) -> Void)?

    private let model: InpaintModel
    private let counters: StageCounters
    private let settings: () -> InpaintSettings
    private var holes: HoleSource
    private var state: State?
    private var told: Set<Fact> = []

    /// - Parameter settings: asked for every frame.
    ///
    /// Throws: `FrameError` for a mask that cannot be used.
    package init(model: InpaintModel, counters: StageCounters, settings: @escaping () -> InpaintSettings) throws {
        self.model = model
        self.counters = counters
        self.settings = settings
        holes = try HoleSource(settings().mask)
    }

    package var delay: Int { model.sampling.lookahead }
    package var latencyFrames: Int { model.sampling.lookahead + model.sampling.step }

    package var latencyBudget: Timestamp? { nil }

    package func configure(_ layout: FrameLayout, isLive: Bool) throws {
        state = State(
            layout: layout,
            planner: try RegionPlanner(layout: layout, step: model.network.configuration.sideStep, choice: model.region)
        )
    }

    package func send(_ frame: Frame, mask: GrayImage?) throws {
        guard let state else { preconditionFailure("a filter is configured before frames are sent") }
        let new = Pending(frame: frame, hole: hole(of: frame, picture: mask))
        state.pending.append(new)
        let added = try chooseRegions(state)
        for session in state.sessions {
            let isNew = added.contains { $0 === session }
            for held in isNew ? state.pending : [new] { try session.send(held.frame, hole: held.hole) }
        }
        if state.pending.count > delay { try finishFirst(state) }
    }

    package func receive() throws -> Frame? {
        guard let state, !state.finished.isEmpty else { return nil }
        return state.finished.removeFirst()
    }

    package func drain() throws {
        guard let state else { return }
        for session in state.sessions { session.drain() }
        while !state.pending.isEmpty { try finishFirst(state) }
        state.sessions = []
    }

    package func flush() {
        state?.pending = []
        state?.finished = []
        state?.sessions = []
    }

    // MARK: One frame

    private func hole(of frame: Frame, picture: GrayImage?) -> Hole {
        let settings = settings()
        do {
            try holes.setExpression(settings.mask)
        } catch {
            notice?("\(error); the mask that was there stays")
        }
        let hole = holes.hole(in: frame.layout, picture: picture, grow: settings.grow, feather: settings.feather)
        if hole == nil { tell(.noMask) }
        return hole ?? .none
    }

    /// Moves regions where the holes ask for it, and returns the sessions of those that are new.
    private func chooseRegions(_ state: State) throws -> [RegionSession] {
        let parts = state.pending.flatMap { $0.hole.parts.map(\.bounds) }
        let current = state.sessions.map(\.region)
        let regions = state.planner.regions(for: parts, keeping: current)
        if case .box = model.region, let region = regions.first,
            !parts.allSatisfy({ region.box.contains($0) })
        {
            tell(.holeBeyondRegion)
        }
        guard regions != current else { return [] }
        let kept = state.sessions.filter { regions.contains($0.region) }
        counters.add(state.sessions.count - kept.count, to: .regionMoves)
        let added = try regions.filter { !current.contains($0) }.map { region in
            try RegionSession(region: region, layout: state.layout, model: model)
        }
        state.sessions = kept + added
        return added
    }

    /// Lays the fills over the frame that has waited longest, and gives it out.
    private func finishFirst(_ state: State) throws {
        let (frame, hole) = (state.pending[0].frame, state.pending[0].hole)
        let fills = try state.sessions.compactMap { session in
            try session.nextFill().map { (planes: $0, box: session.region.box) }
        }
        if !fills.isEmpty {
            try frame.storage.write { planes in
                for fill in fills {
                    for part in hole.parts {
                        state.compositor.composite(fill.planes, at: fill.box, into: planes, alpha: part)
                    }
                }
            }
            counters.add(to: .framesRepaired)
        }
        state.pending.removeFirst()
        state.finished.append(frame)
    }

    private func tell(_ fact: Fact) {
        if told.insert(fact).inserted { notice?(fact.rawValue) }
    }
}
