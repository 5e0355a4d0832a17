internal import ArgumentParser
internal import FoundationEssentials
internal import Logging
internal import MediaGraph

/// `inpaintd mask preview`: one frame of a source with the hole outlined.
struct MaskPreviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Write one frame of a source, its hole outlined, to a PNG file.",
        discussion: """
            For example: inpaintd mask preview in.mp4 'logo.png + rect:0,90%,100%,10%' --output hole.png

            A plugin learns from frames: with --frame 100 it is shown a hundred before the one that is written.
            """)

    @Argument(help: "A video file, or an address such as rtsp://…", completion: .file()) var source: String
    @Argument(help: "The mask, as the element's property mask takes it.") var mask: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The PNG file to write.", valueName: "file"), completion: .file())
    var output = "mask.png"

    @Option(help: ArgumentHelp("Which frame, counted from 1; the last one where there are fewer.", valueName: "number"))
    var frame = 1

    @Option(help: "Pixels by which the hole is grown, as the stage would.") var grow = 4
    @OptionGroup var plugins: PluginOptions

    func validate() throws {
        guard (1...1_000_000).contains(frame) else { throw ValidationError("--frame \(frame): expected 1 to 1000000") }
        guard (0...255).contains(grow) else { throw ValidationError("--grow \(grow): expected 0 to 255") }
    }

    func run() throws {
        plugins.apply()
        let folder = FileManager.default.temporaryDirectory.appending(path: "inpaintd-\(UUID().uuidString)").path
        try Talk.errors.reportingErrors {
            try Stages.register()
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            defer {
                // try? because a folder that cannot be removed keeps nobody from the picture.
                try? FileManager.default.removeItem(atPath: folder)
            }
            let description = try PipelineDescription(parsing: text, name: source)
            let pipeline = try Pipeline(
                description.plan(setting: [
                    "source": source, "mask": mask, "grow": "\(grow)", "enough": "\(frame + 1)",
                    "pictures": "\(folder)/%07d.png",
                ]))
            _ = try PipelineRun(pipeline).run(tickEvery: .seconds(1)) { event in
                if case .warning(let warning) = event { Talk.errors.warning("\(warning)") }
            }
            try keepPicture(of: folder)
        }
        GStreamer.shutDown()
    }

    /// Puts the frame that was asked for, or the last one before it, where it is wanted.
    ///
    /// Throws: `PipelineError` where there is none, or it cannot be written.
    private func keepPicture(of folder: String) throws {
        // A decoder hands on what it holds after the end was called, so there may be more.
        let last = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { Int($0.prefix(7)) }
            .filter { $0 <= frame }.max()
        guard let last else { throw PipelineError(.badData, subject: source, detail: "holds no picture") }
        let name = String(repeating: "0", count: 7 - "\(last)".count) + "\(last).png"
        guard let picture = FileManager.default.contents(atPath: "\(folder)/\(name)"),
            FileManager.default.createFile(atPath: output, contents: picture)
        else { throw PipelineError(.cannotCreate, subject: output, detail: "cannot be written") }
    }

    private var text: String {
        let input =
            source.contains("://")
            ? "uridecodebin uri=${source} caps=\"video/x-raw(ANY)\"" : "filesrc location=${source} ! decodebin"
        return input + " ! videoconvert ! video/x-raw,format=RGB ! identity eos-after=${enough}"
            + " ! inpaint mask=${mask} filler=fill-outline grow=${grow} feather=0"
            + " ! pngenc compression-level=1 ! multifilesink location=${pictures} index=1"
    }
}
