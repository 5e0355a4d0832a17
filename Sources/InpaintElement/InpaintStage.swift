internal import ClassicalFill
package import Frames
internal import Inpainting
internal import MediaGraph
internal import PluginHost

/// The stage's work: finds each frame's hole, and has it filled, from the past alone or from a window of time.
package final class InpaintStage: FrameFilter {
    /// What a user should know once, and what is no failure.
    private enum Fact: String {
        case noMask = "no mask is set and the mask pad brings none: frames pass through as they are"
        case holeBeyondRegion = "the hole reaches beyond the region that is set: what lies outside it is not filled"
        case budgetNeedsLiveInput =
            "the latency budget is for live input, and this is none: every frame gets the full network"
        case noMaskProtected = "no mask is set and the mask pad brings none: on-late=protect hides whole frames"
        case overlaysKept =
            "on-late=protect fills overlays instead of taking them away: what is left would be made of the original"
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
    private var state: (repair: any Repair, planner: RegionPlanner, mosaic: FrameMosaic, keepsBudget: Bool)?
    private let plugins: StagePlugins
    private var told: Set<Fact> = []

    /// - Parameters:
    ///   - settings: asked for every frame.
    ///   - clock: the one by which frames arrive.
    ///
    /// Throws: `FrameError` for a mask that cannot be used.
    package convenience init(
        model: InpaintModel, counters: StageCounters, settings: @escaping () -> InpaintSettings,
        clock: @escaping () -> Timestamp = { MonotonicClock.now }
    ) throws {
        try self.init(
            model: model, counters: counters, plugins: StagePlugins(library: .none, counters: counters),
            settings: settings, clock: clock)
    }

    init(
        model: InpaintModel, counters: StageCounters, plugins: StagePlugins, settings: @escaping () -> InpaintSettings,
        clock: @escaping () -> Timestamp = { MonotonicClock.now }
    ) throws {
        self.plugins = plugins
        self.model = model
        self.counters = counters
        self.settings = settings
        self.clock = clock
        let first = settings()
        holes = try HoleSource(first.mask, revision: first.maskRevision, from: plugins.maskSources)
    }

    /// Before it is known whether the input is live, what a file would need.
    package var delay: Int {
        state?.repair.delay ?? (model.fillsAtOnce(isLive: false) ? 0 : model.delay)
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
        plugins.configure(isLive: isLive)
        let keepsBudget = isLive && model.filler == nil && model.fillsAtOnce(isLive: true)
        let repair: any Repair =
            model.fillsAtOnce(isLive: isLive)
            ? MemoryRepair(
                layout: layout, planner: planner, model: model, counters: counters, clock: clock,
                budget: { [settings] in keepsBudget ? settings().budget : nil })
            : WindowRepair(layout: layout, planner: planner, model: model, counters: counters, clock: clock)
        state = (repair, planner, FrameMosaic(layout: layout), keepsBudget: keepsBudget)
    }

    package func send(_ frame: Frame, mask: GrayImage?) throws {
        guard let state else { preconditionFailure("a filter is configured before frames are sent") }
        let settings = settings()
        if settings.budget != nil, !state.keepsBudget {
            tell(state.repair is MemoryRepair ? .budgetNeedsLiveInput : .budgetNeedsMemory)
        }
        let finding = try find(in: frame, picture: mask, settings)
        for line in plugins.takeNotices() { notice?(line) }
        var hole = finding?.hole ?? .none
        var unblending = finding?.unblending
        if frame.isMaskLate || finding?.isMissingPart ?? settings.protectsWithoutMask {
            if settings.protectsWithoutMask {
                // Where it should be hidden nobody knows: nothing of it shows, and nothing is left to fill.
                try protect(frame, in: frame.layout.bounds)
                (hole, unblending) = (.none, nil)
            } else if settings.maskPolicy == .pass {
                (hole, unblending) = (.none, nil)
            }
        }
        if let unblending {
            try frame.storage.write { unblending.apply(to: $0, frame.layout) }
            counters.add(to: .framesUnblended)
        }
        if let box = state.planner.fixed?.box, !hole.parts.allSatisfy({ box.contains($0.bounds) }) {
            if settings.latePolicy == .protect {
                try protect(frame, hole, beyond: box)
            } else {
                tell(.holeBeyondRegion)
            }
        }
        try state.repair.send(frame, hole: hole)
    }

    package func receive() throws -> Frame? { state?.repair.receive() }

    package func drain() throws { try state?.repair.drain() }

    package func flush() {
        state?.repair.flush()
        holes.flush()
    }

    package var waitsForMasks: Bool { settings().maskPolicy == .wait }

    package var maskTolerance: Timestamp? { settings().toleranceOfMasks }

    private func find(
        in frame: Frame, picture: GrayImage?, _ settings: InpaintSettings
    ) throws -> HoleSource.Finding? {
        do {
            try holes.setExpression(settings.mask, revision: settings.maskRevision)
        } catch {
            notice?("\(error); the mask that was there stays")
        }
        let finding = try holes.hole(
            in: frame, picture: picture, grow: settings.grow, feather: settings.safeFeather,
            unblends: settings.latePolicy != .protect)
        if finding == nil { tell(settings.latePolicy == .protect ? .noMaskProtected : .noMask) }
        if finding?.keepsOverlays == true { tell(.overlaysKept) }
        if finding?.isMissingPart == true { counters.add(to: .masksMissing) }
        return finding
    }

    // MARK: Where nothing may show

    private func protect(_ frame: Frame, in box: Rectangle) throws {
        try state?.mosaic.hide(frame, in: box)
        counters.add(to: .framesProtected)
    }

    /// Hides what of a hole lies outside of what is filled.
    private func protect(_ frame: Frame, _ hole: Hole, beyond box: Rectangle) throws {
        for part in hole.parts where !box.contains(part.bounds) {
            try state?.mosaic.hide(frame, in: part.bounds) { x, y in
                part[x, y] != 0 && !(x >= box.x && x < box.right && y >= box.y && y < box.bottom)
            }
        }
        counters.add(to: .framesProtected)
    }

    private func tell(_ fact: Fact) {
        if told.insert(fact).inserted { notice?(fact.rawValue) }
    }
}
