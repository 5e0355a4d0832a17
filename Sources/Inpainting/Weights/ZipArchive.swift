package import Frames

/// One file in a zip archive, as it lies there.
package struct ZipEntry {
    package let bytes: ArraySlice<UInt8>
    /// Whether `bytes` are raw deflate data, or the file itself.
    package let isDeflated: Bool
    /// Bytes of the file itself, as the archive says.
    package let size: Int
    /// The file's CRC-32, as the archive says.
    package let checksum: UInt32
}

/// The files of a zip archive that holds other things than weights.
package struct ZipArchive {
    /// Every file, by its name: whatever the archive says, folders too.
    package let entries: [String: ZipEntry]

    /// Throws: `FrameError.notFound`, `.unavailable` or `.badData`, about `path`.
    package init(contentsOf path: String) throws(FrameError) {
        do throws(WeightError) {
            let bytes = try FileBytes.read(path)
            do throws(WeightDefect) {
                guard ZipDirectory.begins(bytes) else { throw WeightDefect(.foreign, "is no zip file") }
                entries = try ZipDirectory(bytes).entries
            } catch {
                throw error.error(in: path)
            }
        } catch {
            throw FrameError(error)
        }
    }
}
