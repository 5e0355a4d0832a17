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

    func remove() {
        // try? because nobody waits for the end of a folder.
        try? FileManager.default.removeItem(atPath: path)
    }
}
