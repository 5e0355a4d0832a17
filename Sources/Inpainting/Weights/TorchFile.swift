/// PyTorch's two forms of a checkpoint.
enum TorchFile {
    /// Reads the zip form, which PyTorch writes since 1.6: `TOP/data.pkl`, and each storage as `TOP/data/KEY`.
    static func readArchive(_ bytes: [UInt8]) throws(WeightDefect) -> [String: WeightTensor] {
        let entries = try ZipDirectory(bytes).stored()
        let pickles = entries.keys.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
        guard let name = pickles.first, pickles.count == 1, let pickle = entries[name] else {
            throw WeightDefect(.foreign, "is a zip file that no PyTorch wrote: it holds \(pickles.count) data.pkl")
        }
        let top = name.dropLast("data.pkl".count)
        if let order = entries["\(top)byteorder"], !order.elementsEqual("little".utf8) {
            throw WeightDefect(.foreign, "was written on a machine of another byte order than little-endian")
        }
        var machine = PickleMachine(pickle)
        let root = try machine.run()
        let dictionary = try TorchStateDictionary(root, heap: machine.heap)
        let folder = "\(top)data/"
        var storages = [String: ArraySlice<UInt8>]()
        for (name, contents) in entries where name.hasPrefix(folder) {
            storages[String(name.dropFirst(folder.count))] = contents
        }
        return try dictionary.values(from: storages, fileBytes: bytes.count)
    }

    /// Whether a file begins with a pickle, as the older stream does.
    static func beginsStream(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == 0x80 && (2...5).contains(bytes[1]) && !Safetensors.begins(bytes)
    }

    /// Reads the stream PyTorch wrote before 1.6: five pickles, then the storages.
    static func readStream(_ bytes: [UInt8]) throws(WeightDefect) -> [String: WeightTensor] {
        var position = 0
        func next() throws(WeightDefect) -> (value: PickleValue, machine: PickleMachine) {
            var machine = PickleMachine(bytes[position...])
            let value = try machine.run()
            position = machine.position
            return (value, machine)
        }

        guard case .wideInteger(magic) = try next().value else {
            throw WeightDefect(.foreign, "is a pickle, and not one of PyTorch's checkpoints")
        }
        guard try next().value.integer == 1001 else {
            throw WeightDefect(.foreign, "is a PyTorch checkpoint of an unknown version")
        }
        let system = try next()
        guard let facts = system.machine.heap.entries(of: system.value), case .boolean(true) = facts["little_endian"]
        else {
            throw WeightDefect(.foreign, "was written on a machine of another byte order than little-endian")
        }
        let root = try next()
        let dictionary = try TorchStateDictionary(root.value, heap: root.machine.heap)
        let list = try next()
        guard let keys = list.machine.heap.elements(of: list.value) else {
            throw WeightDefect(.foreign, "does not list its storages")
        }

        let scalars = root.machine.storages
        var cursor = ByteCursor(bytes[position...])
        var storages = [String: ArraySlice<UInt8>]()
        for key in keys {
            guard let key = key.text, let storage = scalars[key] else {
                throw WeightDefect(.foreign, "lists a storage that no tensor lies in")
            }
            let purpose = "storage \(key)"
            let count = try cursor.count(UInt64.self, for: purpose)
            guard count == storage.count else {
                throw WeightDefect(.foreign, "\(purpose) has \(count) values, and \(storage.count) in the dictionary")
            }
            storages[key] = try cursor.take(storage.bytes, for: purpose)
        }
        guard cursor.remaining == 0 else {
            throw WeightDefect(.foreign, "holds \(cursor.remaining) bytes after its last storage")
        }
        return try dictionary.values(from: storages, fileBytes: bytes.count)
    }

    /// 0x1950a86a20f9469cfc6c, by which PyTorch knows its own.
    private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
}
