internal import ArgumentParser

/// `inpaintd mask`: looks at masks before they are used.
struct MaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mask", abstract: "Look at a mask before it is used.", subcommands: [MaskPreviewCommand.self])
}
