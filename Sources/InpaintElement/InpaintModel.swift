internal import Frames
package import Inpainting
internal import Kernels
internal import Masks
internal import PluginHost

/// What one run of the stage fills with: the network, what it sees in time, and where in the frame it looks.
package struct InpaintModel {
    package let network: STTN
    package let session: InpaintSettings.Session
    package let sampling: WindowSampling
    package let region: RegionChoice
    /// What is done to fills before they are laid over frames.
    package let finish: FillFinish.Settings
    /// What fills in the place of the network; nil is the network.
    let filler: Filler?
    /// Makes the memory of a region whose picture has this size.
    package let makeMemory: (NetworkSize) throws -> any FillMemory
    /// Makes the window of a region whose picture has this size.
    package let makeWindow: (NetworkSize) throws -> any RegionWindow

    /// A plugin that fills.
    struct Filler {
        let call: PluginCall
        /// Frames that it holds back.
        let delay: Int
    }

    /// - Parameters:
    ///   - propagates: whether what was really seen is carried into the hole before the network fills it.
    ///   - leans: whether the network's fills lean on the pixels at the hole's sides.
    ///   - makeMemory: a memory session's where nothing else is said.
    package init(
        network: STTN, session: InpaintSettings.Session, sampling: WindowSampling, region: RegionChoice,
        resetsOnSceneCut: Bool = true, propagates: Bool = true, leans: Bool = true,
        finish: FillFinish.Settings = FillFinish.Settings(),
        makeMemory: ((NetworkSize) throws -> any FillMemory)? = nil
    ) {
        self.init(
            network: network, session: session, sampling: sampling, region: region, resetsOnSceneCut: resetsOnSceneCut,
            propagates: propagates, leans: leans, finish: finish, filler: nil, makeMemory: makeMemory, makeWindow: nil)
    }

    private init(
        network: STTN, session: InpaintSettings.Session, sampling: WindowSampling, region: RegionChoice,
        resetsOnSceneCut: Bool, propagates: Bool, leans: Bool, finish: FillFinish.Settings, filler: Filler?,
        makeMemory: ((NetworkSize) throws -> any FillMemory)?,
        makeWindow: ((NetworkSize) throws -> any RegionWindow)?
    ) {
        self.filler = filler
        self.finish = finish
        self.network = network
        self.session = session
        self.sampling = sampling
        self.region = region
        self.makeMemory =
            makeMemory ?? { size in
                let memory = MemorySession(
                    network: network, width: size.width, height: size.height, sampling: Self.memorySampling(sampling),
                    resetsOnSceneCut: resetsOnSceneCut)
                let leaning: any FillMemory = leans ? LeaningMemory(memory, size: size) : memory
                return propagates ? PropagatedMemory(leaning, size: size) : leaning
            }
        self.makeWindow =
            makeWindow ?? { size in
                let window = WindowSession(
                    network: network, width: size.width, height: size.height, sampling: sampling)
                let leaning: any RegionWindow = leans ? LeaningWindow(window, size: size) : window
                return propagates ? PropagatedWindow(leaning, size: size) : leaning
            }
    }

    /// Frames held back by what needs what comes after a frame.
    var delay: Int { filler?.delay ?? sampling.lookahead }

    /// Whether each frame is filled as it comes.
    func fillsAtOnce(isLive: Bool) -> Bool {
        if let filler { return filler.delay == 0 }
        return session == .memory || (session == .auto && isLive)
    }

    /// Reads the weights and checks the settings that hold for a whole run.
    ///
    /// Throws: `FrameError` for a file, a plugin or a setting that cannot be used.
    init(_ settings: InpaintSettings, plugins: StagePlugins) throws {
        do {
            let file = try settings.weights.map(Self.weights) ?? WeightFile.embedded()
            let grids = try settings.grids.map(STTNConfiguration.parseGrids)
            let configuration = try STTNConfiguration(of: file, grids: grids)
            // Published weights were trained on whole frames and know no others.
            let region = try RegionChoice(settings.region ?? (file.isReference ? "full" : "auto"))
            let filler = try settings.filler.map { text in
                let call = try PluginCall(text)
                // What it says of itself, and whether it takes its settings.
                let delay = try plugins.filler(call, size: NetworkSize(width: 96, height: 48)).delay
                return Filler(call: call, delay: delay)
            }
            self.init(
                network: try STTN(
                    weights: file, configuration: configuration, threads: settings.threads,
                    precision: settings.precision.products, expectedPixels: region.expectedPixels),
                session: settings.session,
                sampling: WindowSampling(
                    neighbors: settings.neighbors, references: settings.references,
                    referenceStride: settings.referenceStride, lookahead: settings.lookahead),
                region: region,
                resetsOnSceneCut: settings.sceneCut,
                propagates: settings.propagates,
                leans: settings.leans,
                finish: FillFinish.Settings(matches: settings.matches, grain: settings.grain),
                filler: filler,
                makeMemory: filler.map { filler in
                    { FillPluginMemory(try plugins.filler(filler.call, size: $0), size: $0, plugins: plugins) }
                },
                makeWindow: filler.map { filler in
                    { FillPluginWindow(try plugins.filler(filler.call, size: $0), size: $0, plugins: plugins) }
                })
        } catch let error as WeightError {
            throw FrameError(error)
        }
    }

    /// Reads a weight file.
    ///
    /// Throws: `FrameError` for one that cannot be used.
    package static func weights(in path: String) throws -> WeightFile {
        do {
            return try WeightFile(contentsOf: path)
        } catch {
            throw FrameError(error)
        }
    }

    /// The window's sampling, as far as it looks back.
    var memorySampling: MemorySession.Sampling { Self.memorySampling(sampling) }

    private static func memorySampling(_ sampling: WindowSampling) -> MemorySession.Sampling {
        MemorySession.Sampling(
            neighbors: sampling.neighbors, references: sampling.references, referenceStride: sampling.referenceStride)
    }
}

extension InpaintSettings.Precision {
    /// What the network computes queries, keys and values in.
    fileprivate var products: Precision {
        switch self {
        case .auto: STTN.automaticPrecision
        case .fp32: .fp32
        case .bf16: .bf16
        }
    }
}

extension RegionChoice {
    /// Pixels of the pictures to come, for which the network is packed; nil for whole frames.
    fileprivate var expectedPixels: Int? {
        switch self {
        case .auto: 192 * 144  // Of a region round a logo or a line of text.
        case .full: nil
        case .box(let box): box.area
        }
    }
}
