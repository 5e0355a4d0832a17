internal import FoundationEssentials
internal import MediaGraph

/// A folder of our own for a while.
struct ScratchFolder: Sendable {
    let path: String

    /// Throws: `PipelineError` where it cannot be made.
    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "inpaintd-\(UUID().uuidString)").path
        do {
            // What is seen in a camera is nobody else's business.
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch {
            throw PipelineError(.cannotCreate, subject: path, detail: "this folder cannot be made")
        }
    }

    /// Removes it with all in it. Whoever still works in it can put nothing more there.
    func remove() {
        let removed = path + ".removed"
        // try? because nobody waits for the end of a folder.
        try? FileManager.default.moveItem(atPath: path, toPath: removed)
        try? FileManager.default.removeItem(atPath: removed)
    }
}
