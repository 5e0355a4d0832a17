internal import CGStreamer
internal import Frames
internal import Synchronization

/// All the links between an input and the output that is kept up for it.
final class RelaySet: Sendable {
    /// How long nobody looks for what is due, at most.
    private static let nap = Timestamp(nanoseconds: 100_000_000)

    private let output: Pipeline
    private let slate: SlatePicture?
    private let gate: OutputGate
    /// In the order of the crossings.
    private let crossing = Mutex<[Relay]>([])
    /// By the branch's place in the text.
    private let branches = Mutex<[String: Relay]>([:])
    private let isStopped = Monitor(false)

    init(output: Pipeline, slate: SlatePicture?, gate: OutputGate) {
        self.output = output
        self.slate = slate
        self.gate = gate
    }

    private var all: [Relay] { crossing.withLock { $0 } + branches.withLock { Array($0.values) } }

    // MARK: Links

    /// Makes the output's end of every link, once.
    ///
    /// Throws: `PipelineError` where a pad does not take it.
    func link(_ crossings: [PipelineCut.Crossing], into output: ObjectHandle) throws(PipelineError) {
        var relays: [Relay] = []
        for link in crossings {
            let relay = makeRelay()
            guard gst_pad_link(media_base_src_pad(relay.inlet.raw), link.to.pointer()) == GST_PAD_LINK_OK else {
                throw PipelineError(
                    .badText, subject: self.output.name, detail: "its output cannot be cut off before \(link.to.name)")
            }
            relays.append(relay)
        }
        crossing.withLock { $0 = relays }
    }

    /// Makes the ends of an input.
    ///
    /// Throws: `PipelineError` where the input does not fit the output.
    func connect(_ cut: PipelineCut) throws(PipelineError) {
        let relays = crossing.withLock { $0 }
        precondition(relays.count == cut.crossings.count, "one description is cut in the same places each time")
        for (relay, link) in zip(relays, cut.crossings) {
            let outlet = relay.makeOutlet()
            gst_bin_add(cut.input.handle.bin, outlet.element)
            guard gst_pad_link(link.from.pointer(), media_base_sink_pad(outlet.raw)) == GST_PAD_LINK_OK else {
                throw PipelineError(
                    .badText, subject: output.name, detail: "its output cannot be cut off behind \(link.from.name)")
            }
        }
        cut.input.branchEnds.reroute { [self] branch, input in end(of: branch, in: input) }
    }

    /// The end of an optional branch in an input; its relay is made with the first input that has the branch.
    private func end(of branch: PipelinePlan.Branch, in input: ObjectHandle) -> ObjectHandle? {
        guard let relay = branches.withLock({ $0[branch.place] }) ?? makeRelay(for: branch) else { return nil }
        let outlet = relay.makeOutlet()
        guard gst_bin_add(input.bin, outlet.element) != 0 else { return nil }
        gst_element_sync_state_with_parent(outlet.element)
        return outlet
    }

    /// Nil where the output has begun without it, or has nothing to link it to.
    private func makeRelay(for branch: PipelinePlan.Branch) -> Relay? {
        guard !gate.isOpen, let target = output.handle.element(named: branch.target) else { return nil }
        let relay = makeRelay()
        guard gst_element_link_pads(relay.inlet.element, "src", target.element, branch.targetPad) != 0 else {
            return nil
        }
        gst_element_sync_state_with_parent(relay.inlet.element)
        branches.withLock { $0[branch.place] = relay }
        return relay
    }

    private func makeRelay() -> Relay { Relay(into: output, slate: slate, gate: gate) }

    // MARK: The input's coming and going

    /// The input is away.
    func lose() {
        for relay in all { relay.lose() }
    }

    /// Ends the streams of the output.
    func end() {
        for relay in all { relay.end() }
    }

    var isSourceAway: Bool { all.contains(where: \.isSourceAway) }

    var counts: (stoodIn: UInt64, superseded: UInt64) {
        all.map(\.counts).reduce((0, 0)) { ($0.0 + $1.stoodIn, $0.1 + $1.superseded) }
    }

    /// Lets out what stands in whenever it is due, until `stop`.
    func standIn() {
        isStopped.wait(until: { isStopped, now in
            if isStopped { return .done(()) }
            let due = self.all.compactMap { $0.standIn() }.min() ?? Self.nap
            return .wait(deadline: now + max(1_000_000, min(due, Self.nap).nanoseconds))
        })
    }

    func stop() {
        isStopped.change { $0 = true }
    }
}
