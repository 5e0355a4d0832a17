/// What a pickle can make here: plain values, and the tensors of a state dictionary.
///
/// A container is a number in the `PickleHeap`, never a reference: neither cycles nor a million levels of nesting can
/// hurt whoever walks or frees it.
enum PickleValue {
    case none
    case boolean(Bool)
    case integer(Int)
    /// An integer beyond 64 bits, little-endian.
    case wideInteger([UInt8])
    case real
    case bytes
    case text(String)
    case sequence(Int)
    case dictionary(Int)
    case global(PickleGlobal)
    case storage(TorchStorage)
    case tensor(TorchTensor)
}

/// The containers of a pickle.
struct PickleHeap {
    /// Tuples and lists.
    private(set) var sequences = [[PickleValue]]()
    /// Dictionaries as their pairs in the order they came; of two equal keys the later one counts.
    private(set) var dictionaries = [[(key: PickleValue, value: PickleValue)]]()

    mutating func sequence(_ values: [PickleValue]) -> PickleValue {
        sequences.append(values)
        return .sequence(sequences.count - 1)
    }

    mutating func dictionary() -> PickleValue {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
    }

    mutating func append(_ values: ArraySlice<PickleValue>, to number: Int) {
        sequences[number] += values
    }

    mutating func set(_ pair: (key: PickleValue, value: PickleValue), in number: Int) {
        dictionaries[number].append(pair)
    }

    /// The elements of a tuple or list; nil for anything else.
    func elements(of value: PickleValue) -> [PickleValue]? {
        guard case .sequence(let number) = value else { return nil }
        return sequences[number]
    }

    /// A tuple or list of integers; nil for anything else.
    func integers(of value: PickleValue) -> [Int]? {
        guard let elements = elements(of: value) else { return nil }
        let integers = elements.compactMap(\.integer)
        return integers.count == elements.count ? integers : nil
    }

    /// A dictionary's entries whose keys are text; nil for anything else.
    func entries(of value: PickleValue) -> [String: PickleValue]? {
        guard case .dictionary(let number) = value else { return nil }
        var entries = [String: PickleValue]()
        for case (.text(let key), let value) in dictionaries[number] { entries[key] = value }
        return entries
    }
}

extension PickleValue {
    var integer: Int? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }

    var text: String? {
        guard case .text(let text) = self else { return nil }
        return text
    }
}

/// The only names a pickle may give.
enum PickleGlobal {
    case orderedDictionary
    case rebuildTensor
    case rebuildParameter
    case storage(ScalarType)

    /// Throws: `refused`, with the name, for every other one.
    init(module: String, name: String) throws(WeightDefect) {
        guard let global = Self.known["\(module).\(name)"] else {
            throw WeightDefect(
                .refused, "names \(module).\(name), which no dictionary of tensors needs; nothing was executed")
        }
        self = global
    }

    private static let known: [String: PickleGlobal] = [
        "collections.OrderedDict": .orderedDictionary,
        "torch._utils._rebuild_tensor_v2": .rebuildTensor,
        "torch._utils._rebuild_parameter": .rebuildParameter,
        "torch.HalfStorage": .storage(.float16),
        "torch.BFloat16Storage": .storage(.bfloat16),
        "torch.FloatStorage": .storage(.float32),
        "torch.DoubleStorage": .storage(.float64),
        "torch.LongStorage": .storage(.other(bytes: 8)),
        "torch.IntStorage": .storage(.other(bytes: 4)),
        "torch.ShortStorage": .storage(.other(bytes: 2)),
        "torch.CharStorage": .storage(.other(bytes: 1)),
        "torch.ByteStorage": .storage(.other(bytes: 1)),
        "torch.BoolStorage": .storage(.other(bytes: 1)),
    ]
}
