internal import ArgumentParser
internal import Evaluation
internal import FoundationEssentials
internal import Frames
internal import Logging

/// `inpaintd evaluate`: how good fills are, on clips whose truth is known.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Measure how good fills are, on clips whose truth is known.",
        discussion: """
            Clips are NAME.zip with numbered JPEG or PNG frames, object masks NAME.zip with PNG, white = hole, of the \
            clips' size: STTN's form. The masks: `logo`, `subtitle` and `centre` are boxes that stand still, written for \
            432x240 and in proportion on other sizes; `moving`, with --masks, lays over each clip the object masks of the \
            next clip that has some, repeated to its length. The true picture below them is what is compared with.

            The network's rows are the stage's own work, as `inpaintd run` would do it with grow=0 feather=0.

            Columns: PSNR of the hole's pixels of all frames together (peak 255); SSIM of luma (11x11 Gaussian of 1.5), \
            the mean over the hole's pixels; sharp, the mean length of the gradient in the hole over that of the truth, \
            1 is as sharp; warp, the mean square difference in the hole to the frame before, moved along the motion \
            of the true frames where it is known both ways, in thousandths (values from 0 to 1), then the same of the truth and \
            their ratio, above 1 is flicker or swimming; seconds a frame. The hash is SHA-256 over all mask bits: case \
            by case, frame by frame, rows from the top, eight pixels a byte, the first one highest.

            --json: an object with `rows` of `clip`, `mask`, `fill`, `frames`, `measured_frames`, `hole_pixels`, and \
            `means` of `mask` (`all` too), `fill`, `cases`, both with `psnr`, `ssim`, `sharpness`, `warp_error`, `warp_error_truth` \
            (squares, not thousandths), `warp_ratio`, `seconds_per_frame`, where a case has them; `masks_sha256`; and \
            what was asked for: `clips`, `masks`, `every`, `stage` (the properties as name=value).
            """)

    /// What fills: the stage with its network, or something classical.
    enum Fill: String, ExpressibleByArgument, CaseIterable {
        case network, border, pushpull, telea, median, all
    }

    /// How the network looks at time.
    enum Session: String, ExpressibleByArgument, CaseIterable {
        case memory, window
    }

    @Option(help: ArgumentHelp("The folder of the clips.", valueName: "folder"), completion: .directory)
    var clips: String

    @Option(help: ArgumentHelp("The folder of the object masks.", valueName: "folder"), completion: .directory)
    var masks: String?

    @Option(help: "A .safetensors or .pth file (default: the weights that are compiled in).", completion: .file())
    var weights: String?

    @Option(help: "memory: past frames only; window: future ones too.")
    var session = Session.memory

    @Option(help: "What the network sees, as the element's property region: auto, full or x,y,w,h.")
    var region = "auto"

    @Option(
        help: ArgumentHelp(
            "Another property of the stage; may be given several times. grow and feather are 0 where not set.",
            valueName: "name=value"))
    var set: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: "What fills: the network; border, pushpull, telea and median without one; all.")
    var fill = [Fill.network]

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Only these clips (default: all).", valueName: "name"))
    var clip: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Only these masks: logo, subtitle, centre, moving (default: all, moving with --masks).", valueName: "name"))
    var mask: [String] = []

    @Option(help: ArgumentHelp("Measure every so many frames; all of them are streamed.", valueName: "number"))
    var every = 1

    @Option(
        help: ArgumentHelp(
            "Write a contact sheet for each case: input with hole, fill, truth, error x 4.", valueName: "folder"),
        completion: .directory)
    var sheets: String?

    @Flag(help: "Write one JSON object instead of a table.")
    var json = false

    @OptionGroup var plugins: PluginOptions
    @OptionGroup var talk: Talk

    func validate() throws {
        guard (1...1_000_000).contains(every) else { throw ValidationError("--every \(every): expected 1 to 1000000") }
    }

    func run() throws {
        plugins.apply()
        let logger = talk.logger
        try logger.reportingErrors {
            let dataset = try Dataset(clips: clips, masks: masks)
            let clips = try chosenClips(of: dataset)
            var plan = Evaluation.Plan(clips: clips, masks: try chosenMasks(for: clips, of: dataset))
            plan.every = every
            let fills = try fills(logger)
            plan.sheets = try sheets.map { try SheetFolder($0) }
            let progress = EvaluationProgress(talk: talk, logger: logger)
            defer { progress.end() }
            let report = try Evaluation(dataset, plan: plan, fills: fills).run(progress: progress.show)
            progress.end()
            StandardOutput.write(Array((try text(of: report) + "\n").utf8))
        }
    }

    private func chosenClips(of dataset: Dataset) throws -> [String] {
        if let stranger = clip.first(where: { !dataset.clips.contains($0) }) {
            throw FrameError(.notFound, subject: stranger, detail: "is no clip of \(clips)")
        }
        return clip.isEmpty ? dataset.clips : dataset.clips.filter(clip.contains)
    }

    private func chosenMasks(for clips: [String], of dataset: Dataset) throws -> [ProtocolMask] {
        let asked = try mask.map { name in
            guard let mask = ProtocolMask(rawValue: name) else {
                let names = ProtocolMask.allCases.map(\.rawValue).joined(separator: ", ")
                throw FrameError(.badSetting, subject: "mask", detail: "is \"\(name)\", expected \(names)")
            }
            return mask
        }
        guard masks != nil || !asked.contains(.moving) else {
            throw FrameError(.badSetting, subject: "mask", detail: "moving needs object masks: give --masks")
        }
        let areLent = clips.contains { ProtocolMask.lender(for: $0, among: dataset.masked) != nil }
        guard !asked.contains(.moving) || areLent else {
            throw FrameError(
                .notFound, subject: masks ?? "masks",
                detail: "has object masks of no other clip, and moving is laid over a clip by another one's")
        }
        return ProtocolMask.allCases.filter { asked.isEmpty ? $0 != .moving || masks != nil : asked.contains($0) }
    }

    // MARK: The fills

    /// The stage's properties, in the order in which they are set.
    private var properties: [String] {
        ["session=\(session.rawValue)", "region=\(region)", "grow=0", "feather=0"]
            + (weights.map { ["weights=\($0)"] } ?? []) + set
    }

    private func fills(_ logger: Logger) throws -> [any ClipFill] {
        var settings = StageSettings()
        for property in properties { try settings.add(property) }
        let told = ToldOnce(logger)
        return try (fill.contains(.all) ? Fill.allCases : fill).compactMap { fill in
            if fill == .network {
                return try StageFill(name: fill.rawValue, settings: settings, notice: told.tell)
            }
            return ClassicalFills(rawValue: fill.rawValue)
        }
    }

    // MARK: The table

    private struct Document: Encodable {
        let clips: String
        let masks: String?
        let every: Int
        let stage: [String]
        let masksSha256: String
        let rows: [EvaluationReport.Row]
        let means: [EvaluationReport.Mean]
    }

    private func text(of report: EvaluationReport) throws -> String {
        guard json else {
            let frames = every == 1 ? "all frames" : "1 of \(every) frames"
            return "stage \(properties.joined(separator: " ")); \(frames)\n" + report.text
        }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let document = Document(
            clips: clips, masks: masks, every: every, stage: properties, masksSha256: report.masksSHA256,
            rows: report.rows, means: report.means)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }
}

/// Says a line only the first time.
private final class ToldOnce {
    private let logger: Logger
    private var lines: Set<String> = []

    init(_ logger: Logger) {
        self.logger = logger
    }

    func tell(_ line: String) {
        if lines.insert(line).inserted { logger.warning("\(line)") }
    }
}
