internal import Glibc

/// Whole files in, whole files out.
enum FileBytes {
    /// The greatest file that is read: the full network in 64-bit floats is a thirtieth of it.
    static let longest = 4 << 30

    /// Reads a file into memory.
    ///
    /// A mapping would be quicker by some milliseconds, and kill the process when somebody cuts the file short.
    static func read(_ path: String) throws(WeightError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw WeightError(.notFound, subject: path, detail: "cannot be opened", underlying: reason())
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw WeightError(.unreadable, subject: path, detail: "cannot be read", underlying: reason())
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw WeightError(.notFound, subject: path, detail: "is no regular file")
        }
        guard status.st_size <= longest else {
            throw WeightError(
                .foreign, subject: path, detail: "holds \(status.st_size) bytes; files of up to 4 GiB are read")
        }
        // The array that has no room is one for all threads, and making it anew writes its count.
        guard status.st_size > 0 else { return [] }
        var failure: String?
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let got = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = reason() }
                guard got > 0 else { break }
                count += got
            }
        }
        if let failure { throw WeightError(.unreadable, subject: path, detail: "cannot be read", underlying: failure) }
        return bytes
    }

    /// Writes a file that appears under its name only when it is whole.
    static func write(_ parts: [[UInt8]], to path: String) throws(WeightError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw WeightError(.cannotCreate, subject: path, detail: "is there already, and is no regular file")
        }
        let partial = "\(path).\(getpid()).partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw WeightError(.cannotCreate, subject: path, detail: "cannot be created", underlying: reason())
        }
        do throws(WeightError) {
            for part in parts { try write(part, to: descriptor, path: path) }
            guard fsync(descriptor) == 0 else { throw unwritable(path) }
        } catch {
            close(descriptor)
            unlink(partial)
            throw error
        }
        guard close(descriptor) == 0, rename(partial, path) == 0 else {
            let error = unwritable(path)
            unlink(partial)
            throw error
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(WeightError) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw unwritable(path) }
            written += count
        }
    }

    private static func unwritable(_ path: String) -> WeightError {
        WeightError(.unwritable, subject: path, detail: "cannot be written", underlying: reason())
    }

    private static func reason() -> String { String(cString: strerror(errno)) }
}
