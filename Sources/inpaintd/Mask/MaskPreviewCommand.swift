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
        try Talk.errors.reportingErrors {
            try Stages.register()
            let folder = try ScratchFolder()
            defer { folder.remove() }
            let picture = try StillSource(source, folder: folder.path).picture(
                // A filler's hole is wider by what scaling mixes with it, up to four pixels, and the outline with it.
                frame, through: "inpaint mask=${mask} filler=fill-outline?width=5 grow=${grow} feather=0",
                setting: ["mask": mask, "grow": "\(grow)"])
            guard FileManager.default.createFile(atPath: output, contents: Data(picture)) else {
                throw PipelineError(.cannotCreate, subject: output, detail: "cannot be written")
            }
        }
        GStreamer.shutDown()
    }
}
