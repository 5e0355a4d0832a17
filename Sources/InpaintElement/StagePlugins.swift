internal import Frames
internal import Inpainting
internal import Masks
internal import MediaGraph
internal import PluginHost
internal import Synchronization

/// The plugins of one run of the stage: makes them, and keeps what they have to say until the stage can say it.
final class StagePlugins: Sendable {
    private struct State {
        var notices: [String] = []
        var patience = StagePlugins.patience
    }

    /// How long a file's frame waits for a plugin.
    private static let patience = Duration.seconds(10)
    /// How long a live frame waits: as long as it does for its mask pad.
    private static let livePatience = Duration.milliseconds(200)

    private let library: PluginLibrary
    private let counters: StageCounters
    private let state = Mutex(State())

    init(library: PluginLibrary, counters: StageCounters) {
        self.library = library
        self.counters = counters
    }

    /// How long a frame waits now.
    var patience: Duration { state.withLock { $0.patience } }

    func configure(isLive: Bool) {
        state.withLock { $0.patience = isLive ? Self.livePatience : Self.patience }
    }

    /// What plugins have had to say since the last time.
    func takeNotices() -> [String] {
        state.withLock { state in
            defer { state.notices = [] }
            return state.notices
        }
    }

    func notice(_ line: String) { state.withLock { $0.notices.append(line) } }

    func noteFailure() { counters.add(to: .pluginFailures) }

    // MARK: What they are made for

    /// Where a mask expression's pictures and plugins come from.
    var maskSources: MaskSources {
        MaskSources(
            picture: { try ImageFile.gray(contentsOf: $0) },
            drawing: { try ImageFile.gray(contentsOf: $0, width: $1, height: $2) },
            pictures: { folder in
                let paths = FileSystem.contents(of: folder)
                guard !paths.isEmpty else {
                    throw FrameError(.notFound, subject: folder, detail: "holds no pictures")
                }
                return paths
            },
            plugin: { [self] call in
                let plugin = try library.plugin(named: call.name)
                return PluginMaskSource(
                    try MaskPluginCaller(plugin, call.settings, notice: { [weak self] in self?.notice($0) }), self)
            })
    }

    /// A filler, for pictures of one size.
    func filler(_ call: PluginCall, size: NetworkSize) throws -> FillPluginCaller {
        try FillPluginCaller(
            library.plugin(named: call.name), call.settings, width: size.width, height: size.height,
            notice: { [weak self] in self?.notice($0) })
    }
}

/// A mask plugin as a mask expression asks it.
private final class PluginMaskSource: MaskSource {
    private let caller: MaskPluginCaller
    private let plugins: StagePlugins

    init(_ caller: MaskPluginCaller, _ plugins: StagePlugins) {
        (self.caller, self.plugins) = (caller, plugins)
    }

    func mask(of frame: Frame) throws -> Mask? {
        caller.patience = plugins.patience
        let mask = try caller.mask(of: frame)
        if mask == nil { plugins.noteFailure() }
        return mask
    }

    var overlays: [Overlay] { caller.overlays }

    func flush() { caller.flush() }
}
