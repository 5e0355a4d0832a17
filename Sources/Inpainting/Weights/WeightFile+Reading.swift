internal import CDefaultWeights

extension WeightFile {
    /// Reads a weight file of any form: .safetensors, PyTorch's zip or PyTorch's older stream, known by its contents.
    ///
    /// Tensors that hold no floating-point numbers, such as counters, are left out. Nothing in the file is executed.
    ///
    /// Throws: `notFound`, `unreadable`, `truncated`, `foreign` or `refused`, about `path`.
    public init(contentsOf path: String) throws(WeightError) {
        try self.init(name: path, bytes: try FileBytes.read(path))
    }

    /// The default weights, which are compiled in.
    public static func embedded() throws(WeightError) -> WeightFile {
        let bytes = UnsafeBufferPointer(start: inpaintd_default_weights(), count: inpaintd_default_weights_size())
        return try WeightFile(name: "default weights", bytes: Array(bytes))
    }

    /// Reads a weight file that is in memory already.
    package init(name: String, bytes: [UInt8]) throws(WeightError) {
        do throws(WeightDefect) {
            if ZipDirectory.begins(bytes) {
                self.init(name: name, metadata: [:], tensors: try TorchFile.readArchive(bytes))
            } else if TorchFile.beginsStream(bytes) {
                self.init(name: name, metadata: [:], tensors: try TorchFile.readStream(bytes))
            } else if Safetensors.begins(bytes) {
                let (metadata, tensors) = try Safetensors.read(bytes)
                self.init(name: name, metadata: metadata, tensors: tensors)
            } else {
                throw Self.foreign(bytes)
            }
        } catch {
            throw error.error(in: name)
        }
    }

    /// What a file is that is none of ours, where its first bytes tell: a download often leaves something else.
    private static func foreign(_ bytes: [UInt8]) -> WeightDefect {
        if bytes.isEmpty { return WeightDefect(.truncated, "is empty") }
        if bytes.starts(with: "version https://git-lfs".utf8) {
            return WeightDefect(.foreign, "is a Git LFS pointer; the weights themselves were not fetched")
        }
        if bytes.first == UInt8(ascii: "<") { return WeightDefect(.foreign, "is a web page, no weight file") }
        return WeightDefect(.foreign, "is neither a .safetensors file nor a PyTorch checkpoint")
    }
}
