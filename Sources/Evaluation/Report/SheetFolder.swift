internal import Glibc
internal import MediaGraph

/// The folder that contact sheets go to; one that is not there is made.
package struct SheetFolder: Sendable {
    private let path: String

    /// Throws: `PipelineError.cannotCreate` where it cannot be made.
    package init(_ path: String) throws {
        self.path = path
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw Self.refusal(path) }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, access(path, W_OK) == 0 else {
            throw PipelineError(.cannotCreate, subject: path, detail: "is no folder that can be written")
        }
    }

    /// Writes a sheet as `NAME.png`, over one that is there.
    ///
    /// Throws: `PipelineError.cannotCreate` or `.inputOutput`.
    func write(_ picture: RGBPicture, named name: String) throws {
        let file = "\(path)/\(name).png"
        let bytes: [UInt8]
        do {
            bytes = try PictureCodec.png(picture)
        } catch {
            throw PipelineError(.inputOutput, subject: file, detail: "cannot be encoded: \(error.detail)")
        }
        guard let stream = fopen(file, "we") else { throw Self.refusal(file) }
        let isWritten = fwrite(bytes, 1, bytes.count, stream) == bytes.count
        guard fclose(stream) == 0, isWritten else {
            throw PipelineError(
                .inputOutput, subject: file, detail: "cannot be written",
                underlying: String(cString: strerror(errno)))
        }
    }

    private static func refusal(_ path: String) -> PipelineError {
        PipelineError(
            .cannotCreate, subject: path, detail: "cannot be created", underlying: String(cString: strerror(errno)))
    }
}
