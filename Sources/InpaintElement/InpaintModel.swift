internal import Frames
package import Inpainting

/// What one run of the stage fills with: the network, what it sees in time, and where in the frame it looks.
package struct InpaintModel {
    package let network: STTN
    package let sampling: WindowSampling
    package let region: RegionChoice

    package init(network: STTN, sampling: WindowSampling, region: RegionChoice) {
        self.network = network
        self.sampling = sampling
        self.region = region
    }

    /// Reads the weights and checks the settings that hold for a whole run.
    ///
    /// Throws: `FrameError` for a file or a setting that cannot be used.
    package init(_ settings: InpaintSettings) throws {
        guard settings.session != .memory else {
            throw FrameError(
                .badSetting, subject: "session",
                detail: "\"memory\" is not there yet; \"window\" and \"auto\", which is the same now, are")
        }
        do {
            let file =
                try settings.weights.map { path throws(WeightError) in try WeightFile(contentsOf: path) }
                ?? WeightFile.embedded()
            let grids = try settings.grids.map(STTNConfiguration.parseGrids)
            let configuration = try STTNConfiguration(of: file, grids: grids)
            // Published weights were trained on whole frames and know no others.
            region = try RegionChoice(settings.region ?? (file.isReference ? "full" : "auto"))
            network = try STTN(weights: file, configuration: configuration, threads: settings.threads)
        } catch let error as WeightError {
            throw FrameError(error)
        }
        sampling = WindowSampling(
            neighbors: settings.neighbors, references: settings.references,
            referenceStride: settings.referenceStride, lookahead: settings.lookahead)
    }
}
