internal import ArgumentParser

/// `inpaintd mask`: makes masks, and looks at them before they are used.
struct MaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mask", abstract: "Draw a mask, and look at one before it is used.",
        subcommands: [MaskPreviewCommand.self, MaskDrawCommand.self])
}
