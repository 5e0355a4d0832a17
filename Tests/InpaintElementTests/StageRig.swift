import Frames
import InpaintElement
import Inpainting
import PictureFixtures

/// A stage of its own with the settings at hand, and the pictures that went through it.
final class StageRig {
    let stage: InpaintStage
    let counters = StageCounters()
    private(set) var notices: [String] = []
    private(set) var layout: FrameLayout
    private(set) var sent: [MemoryPicture] = []
    /// The bytes of each sent picture before the stage had it.
    private(set) var originals: [[UInt8]] = []
    private(set) var received: [MemoryPicture] = []
    /// What the stage said of each received picture.
    private(set) var rungs: [Rung?] = []
    private let isLive: Bool
    private let box: SettingsBox

    final class SettingsBox {
        var settings = InpaintSettings()
    }

    var settings: InpaintSettings {
        get { box.settings }
        set { box.settings = newValue }
    }

    init(
        _ layout: FrameLayout, mask: String? = nil, grow: Int = 2, feather: Int = 1, lookahead: Int = 2,
        region: RegionChoice = .auto, session: InpaintSettings.Session = .auto, isLive: Bool = false, budget: Int = 0,
        memory: ((NetworkSize) -> any FillMemory)? = nil, clock: @escaping () -> Timestamp = { .zero }
    ) throws {
        let box = SettingsBox()
        box.settings.mask = mask
        box.settings.grow = grow
        box.settings.feather = feather
        box.settings.latencyBudget = budget
        self.box = box
        self.layout = layout
        self.isLive = isLive
        let model = InpaintModel(
            network: try TinyNetwork.make(), session: session,
            sampling: WindowSampling(neighbors: 2, references: 1, referenceStride: 4, lookahead: lookahead),
            region: region, makeMemory: memory)
        stage = try InpaintStage(model: model, counters: counters, settings: { box.settings }, clock: clock)
        stage.notice = { [weak self] in self?.notices.append($0) }
        try stage.configure(layout, isLive: isLive)
    }

    func send(
        mask: GrayImage? = nil, isMaskLate: Bool = false, paddingBytes: Int = 5, arrival: Timestamp? = nil,
        preparing prepare: (MemoryPicture) -> Void = { _ in }
    ) throws {
        let picture = MemoryPicture(layout, paddingBytes: paddingBytes, seed: sent.count)
        prepare(picture)
        sent.append(picture)
        originals.append(picture.bytes)
        let time = Timestamp(nanoseconds: UInt64(sent.count))
        try stage.send(
            Frame(
                layout: layout, pts: time, duration: nil, arrival: arrival, storage: picture, isMaskLate: isMaskLate),
            mask: mask)
        try receiveAll()
    }

    func drain() throws {
        try stage.drain()
        try receiveAll()
    }

    func reconfigure(_ layout: FrameLayout) throws {
        self.layout = layout
        try stage.configure(layout, isLive: isLive)
    }

    private func receiveAll() throws {
        while let frame = try stage.receive() {
            if let picture = frame.storage as? MemoryPicture { received.append(picture) }
            rungs.append(frame.rung)
        }
    }

    /// Whether the stage changed nothing but samples of the hole in a frame, and changed something there.
    func isRepaired(_ index: Int, hole: (_ x: Int, _ y: Int) -> Bool) -> Bool {
        let allowed = sent[index].places(where: hole)
        let after = sent[index].bytes
        let changed = after.indices.filter { after[$0] != originals[index][$0] }
        return !changed.isEmpty && changed.allSatisfy(allowed.contains)
    }

    func isUntouched(_ index: Int) -> Bool {
        originals[index] == sent[index].bytes && sent[index].writes == 0
    }
}
