internal import Glibc
@testable internal import Inpainting

extension FuzzTarget {
    /// PyTorch's older stream, or one pickle that stands in it as the dictionary of tensors.
    static let pickle = FuzzTarget(name: "pickle") { bytes in
        read(bytes)
        read(streamHead + bytes + streamTail)
    }

    /// A zip file, and all that PyTorch writes into one.
    static let zip = FuzzTarget(name: "zip") { bytes in
        do throws(WeightDefect) {
            let directory = try ZipDirectory(bytes)
            for (name, entry) in directory.entries {
                expect(
                    bytes.startIndex <= entry.bytes.startIndex && entry.bytes.endIndex <= bytes.endIndex,
                    "entry \(name) lies in the file")
            }
        } catch {
            expect(!error.detail.isEmpty, "a refusal says why")
        }
        read(bytes)
    }

    static let safetensors = FuzzTarget(name: "safetensors") { bytes in
        read(bytes)
        // A header whose length is right, which chance would take long to find.
        read(headed(bytes[...], with: []))
        if let end = bytes.firstIndex(of: 0) { read(headed(bytes[..<end], with: bytes[(end + 1)...])) }
    }

    private static func headed(_ header: ArraySlice<UInt8>, with data: ArraySlice<UInt8>) -> [UInt8] {
        var file = withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) }
        file += header
        file += data
        return file
    }

    private static func read(_ bytes: [UInt8]) {
        do {
            let file = try WeightFile(name: "input", bytes: bytes)
            let count = file.tensors.values.reduce(0) { $0 + $1.values.count }
            expect(
                count <= max(bytes.count, 1 << 24),
                "a file of \(bytes.count) bytes unfolds to \(count) values, which is not far more than it holds")
            describe(file)
            if count < 1 << 12 { writeAndRead(file) }
        } catch {
            expect(error.subject == "input" && !error.detail.isEmpty && error.detail.isOneLine, "\(error) is one line")
        }
    }

    private static func describe(_ file: WeightFile) {
        do {
            let configuration = try STTNConfiguration(of: file)
            let again = try STTNConfiguration(of: file.described(as: configuration))
            expect(configuration == again, "\(configuration) is described as \(again)")
        } catch {
            expect(error.detail.isOneLine, "\(error) is one line")
        }
    }

    private static func writeAndRead(_ file: WeightFile) {
        let path = "/dev/shm/inpaintd-fuzz-\(getpid()).safetensors"
        defer { unlink(path) }
        do {
            try file.write(to: path)
            let again = try WeightFile(contentsOf: path)
            expect(file.metadata == again.metadata, "metadata \(file.metadata) is written as \(again.metadata)")
            expect(
                Set(file.tensors.keys) == Set(again.tensors.keys),
                "the tensors \(file.tensors.keys) are written as \(again.tensors.keys)")
            for (name, tensor) in file.tensors {
                let copy = again.tensors[name]
                expect(
                    copy?.shape == tensor.shape
                        && copy?.values.map(\.bitPattern) == tensor.values.map(\.bitPattern),
                    "tensor \(name) is written and read with its own shape and bits")
            }
        } catch {
            expect(false, "what was read can be written and read again: \(error)")
        }
    }

    /// What stands before the dictionary in a stream, and behind it where its tensors lie in one storage "0" of four
    /// floats.
    private static let streamHead: [UInt8] = {
        let magic: [UInt8] = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]
        let version: [UInt8] = [0x80, 2, 0x4d, 0xe9, 3, 0x2e]
        let system: [[UInt8]] = [[0x80, 2, 0x7d, 0x8c, 13], Array("little_endian".utf8), [0x88], Array("s.".utf8)]
        return Array(([magic, version] + system).joined())
    }()
    private static let streamTail: [UInt8] = {
        let keys: [[UInt8]] = [[0x80, 2, 0x5d, 0x8c, 1], Array("0a.".utf8)]
        let storage: [[UInt8]] = [[4, 0, 0, 0, 0, 0, 0, 0], [UInt8](repeating: 0x3c, count: 16)]
        return Array((keys + storage).joined())
    }()
}
