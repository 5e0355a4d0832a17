import Glibc
import Inpainting
import Testing

/// The small weight files that `scripts/goldens/weight_files.py` wrote, and what they hold.
enum WeightFixtures {
    static let configuration = STTNConfiguration(
        encoderWidths: [4, 4, 8, 8], blocks: 1, decoderWidths: [8, 4, 4],
        grids: [.init(columns: 1, rows: 1), .init(columns: 2, rows: 3)], masksAttention: true)

    /// Value n of the k-th tensor by name is ((37 n + 11 k) mod 257 - 128) / 256.
    static let tensors: [String: WeightTensor] = {
        var tensors = [String: WeightTensor]()
        for (k, entry) in configuration.tensorShapes.sorted(by: { $0.name < $1.name }).enumerated() {
            let values = (0..<entry.shape.reduce(1, *)).map { Float((37 * $0 + 11 * k) % 257 - 128) / 256 }
            tensors[entry.name] = WeightTensor(shape: entry.shape, values: values)
        }
        return tensors
    }()

    static func path(_ name: String) -> String {
        "\(String(#filePath.dropLast("WeightFixtures.swift".count)))Fixtures/Weights/\(name)"
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try bytes(at: path(name))
    }

    static func bytes(at path: String) throws -> [UInt8] {
        let file = try #require(fopen(path, "r"), "\(path) is not there")
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        let size = ftell(file)
        rewind(file)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            count = fread(buffer.baseAddress, 1, size, file)
        }
    }

    /// A folder of its own, removed behind the test.
    static func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        var template = Array("/tmp/inpaintd-tests-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer {
            for name in names(in: folder) { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        return try body(folder)
    }

    static func names(in folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names = [String]()
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

/// The error that `body` ends with.
func weightError<Value>(_ body: () throws(WeightError) -> Value) throws -> WeightError {
    do {
        _ = try body()
    } catch {
        return error
    }
    throw NothingThrown()
}

struct NothingThrown: Error {}
