internal import Glibc

extension DaemonConfiguration {
    /// Reads a configuration file; relative paths in it are under its folder.
    ///
    /// Throws: `ConfigurationError` with everything that is wrong.
    public init(contentsOf path: String, environment: [String: String]) throws(ConfigurationError) {
        let bytes = try Self.bytes(of: path)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(place: path, detail: "it is not UTF-8 text")
        }
        try self.init(yaml: text, name: path, folder: Self.absoluteFolder(of: path), environment: environment)
    }

    /// All of a file, and one byte more than a document may have of a file that is longer: a device has no end.
    private static func bytes(of path: String) throws(ConfigurationError) -> [UInt8] {
        func failure() -> ConfigurationError {
            ConfigurationError(place: path, detail: "it cannot be read: \(String(cString: strerror(errno)))")
        }
        // Opening a pipe would wait for its writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= ConfigurationDocument.lengthLimit {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    private static func absoluteFolder(of path: String) -> String {
        let folder = folder(of: path)
        guard !folder.hasPrefix("/") else { return folder }
        guard let working = getcwd(nil, 0) else { return folder }
        defer { free(working) }
        return folder.isEmpty ? String(cString: working) : "\(String(cString: working))/\(folder)"
    }
}
