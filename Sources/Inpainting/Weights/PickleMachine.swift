/// A stack machine for the pickle opcodes that a dictionary of tensors is written with, and no others.
///
/// Nothing is ever imported or called: the three functions a state dictionary names are known here by name and done by
/// this file's own code. Every other name and opcode is refused.
///
/// Source: CPython's `pickletools`, protocols 2 to 5.
struct PickleMachine {
    /// Some hundred times what the dictionary of a large network takes.
    private static let mostOpcodes = 1 << 20

    private var cursor: ByteCursor
    private(set) var heap = PickleHeap()
    /// Every storage the pickle has spoken of, by its key.
    private(set) var storages = [String: TorchStorage]()
    private var stack = [PickleValue]()
    /// The heights of the stack at its open marks.
    private var marks = [Int]()
    private var memo = [Int: PickleValue]()

    /// The index just behind the pickle, once it has run.
    var position: Int { cursor.position }

    init(_ bytes: ArraySlice<UInt8>) {
        cursor = ByteCursor(bytes)
    }

    /// Reads one pickle to its end and returns what it makes.
    mutating func run() throws(WeightDefect) -> PickleValue {
        for _ in 0..<Self.mostOpcodes {
            let byte = try cursor.integer(UInt8.self, for: "a pickle")
            guard let opcode = PickleOpcode(rawValue: byte) else {
                throw WeightDefect(
                    .refused,
                    "uses pickle opcode 0x\(String(byte, radix: 16)), which no dictionary of tensors needs; "
                        + "nothing was executed")
            }
            if opcode == .stop { return try pop() }
            try execute(opcode)
        }
        throw WeightDefect(.foreign, "holds a pickle of more than \(Self.mostOpcodes) opcodes")
    }

    private mutating func execute(_ opcode: PickleOpcode) throws(WeightDefect) {
        switch opcode {
        case .protocolVersion:
            let version = try read(UInt8.self)
            guard version <= 5 else {
                throw WeightDefect(.foreign, "is a pickle of protocol \(version), not of 2 to 5")
            }
        case .frame: _ = try read(UInt64.self)
        case .stop: preconditionFailure("a pickle's end is seen before its opcodes are executed")

        case .none: stack.append(.none)
        case .newTrue: stack.append(.boolean(true))
        case .newFalse: stack.append(.boolean(false))
        case .binInt: stack.append(.integer(Int(try read(Int32.self))))
        case .binInt1: stack.append(.integer(Int(try read(UInt8.self))))
        case .binInt2: stack.append(.integer(Int(try read(UInt16.self))))
        case .long1: try pushLong()
        case .binFloat:
            _ = try read(UInt64.self)
            stack.append(.real)
        case .shortBinUnicode: try pushText(Int(try read(UInt8.self)))
        case .binUnicode: try pushText(Int(try read(UInt32.self)))
        case .shortBinBytes: try pushBytes(Int(try read(UInt8.self)))
        case .binBytes: try pushBytes(Int(try read(UInt32.self)))

        case .mark: marks.append(stack.count)
        case .emptyTuple, .emptyList: stack.append(heap.sequence([]))
        case .emptyDictionary: stack.append(heap.dictionary())
        case .tuple: try pushTuple(of: try popMark())
        case .tuple1: try pushTuple(of: stack.count - 1)
        case .tuple2: try pushTuple(of: stack.count - 2)
        case .tuple3: try pushTuple(of: stack.count - 3)
        case .append: try append(from: stack.count - 1)
        case .appends: try append(from: try popMark())
        case .setItem: try setItems(from: stack.count - 2)
        case .setItems: try setItems(from: try popMark())

        case .binPut: try remember(as: Int(try read(UInt8.self)))
        case .longBinPut: try remember(as: Int(try read(UInt32.self)))
        case .memoize: try remember(as: memo.count)
        case .binGet: try recall(Int(try read(UInt8.self)))
        case .longBinGet: try recall(Int(try read(UInt32.self)))

        case .global:
            let module = try cursor.line(for: "a name in a pickle")
            stack.append(.global(try PickleGlobal(module: module, name: try cursor.line(for: "a name in a pickle"))))
        case .stackGlobal:
            guard case .text(let name) = try pop(), case .text(let module) = try pop() else { throw broken(opcode) }
            stack.append(.global(try PickleGlobal(module: module, name: name)))
        case .binPersistentID:
            let storage = try TorchStorage(persistentID: try pop(), heap: heap)
            storages[storage.key] = storage
            stack.append(.storage(storage))
        case .reduce: try reduce()
        case .build:
            // The state of an ordered dictionary is PyTorch's record of module versions: nothing a tensor needs.
            _ = try pop()
            guard case .dictionary = stack.last else { throw broken(opcode) }
        }
    }

    // MARK: - Plain values

    private mutating func read<Value: FixedWidthInteger>(_ type: Value.Type) throws(WeightDefect) -> Value {
        try cursor.integer(type, for: "a pickle")
    }

    private mutating func pushLong() throws(WeightDefect) {
        let bytes = try cursor.take(Int(try read(UInt8.self)), for: "a pickle")
        guard bytes.count <= 8 else { return stack.append(.wideInteger(Array(bytes))) }
        let isNegative = bytes.last.map { $0 >= 0x80 } ?? false
        stack.append(.integer(bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }))
    }

    private mutating func pushText(_ count: Int) throws(WeightDefect) {
        stack.append(.text(try cursor.text(count, for: "a text in a pickle")))
    }

    private mutating func pushBytes(_ count: Int) throws(WeightDefect) {
        _ = try cursor.take(count, for: "a pickle")
        stack.append(.bytes)
    }

    // MARK: - Stack and memo

    /// The values an opcode may touch begin at the last open mark.
    private var floor: Int { marks.last ?? 0 }

    private mutating func pop() throws(WeightDefect) -> PickleValue {
        guard stack.count > floor, let value = stack.popLast() else { throw underflow }
        return value
    }

    private mutating func popMark() throws(WeightDefect) -> Int {
        guard let mark = marks.popLast() else { throw underflow }
        return mark
    }

    private mutating func remember(as number: Int) throws(WeightDefect) {
        guard stack.count > floor, let value = stack.last else { throw underflow }
        memo[number] = value
    }

    private mutating func recall(_ number: Int) throws(WeightDefect) {
        guard let value = memo[number] else {
            throw WeightDefect(.foreign, "holds a broken pickle: value \(number) is recalled and was never made")
        }
        stack.append(value)
    }

    private var underflow: WeightDefect { WeightDefect(.foreign, "holds a broken pickle: its stack runs empty") }

    private func broken(_ opcode: PickleOpcode) -> WeightDefect {
        WeightDefect(.foreign, "holds a broken pickle: opcode \(opcode) finds the wrong values")
    }

    // MARK: - Containers

    private mutating func pushTuple(of start: Int) throws(WeightDefect) {
        guard start >= floor else { throw underflow }
        let tuple = heap.sequence(Array(stack[start...]))
        stack.removeSubrange(start...)
        stack.append(tuple)
    }

    private mutating func append(from start: Int) throws(WeightDefect) {
        guard start > floor else { throw underflow }
        guard case .sequence(let number) = stack[start - 1] else { throw broken(.append) }
        heap.append(stack[start...], to: number)
        stack.removeSubrange(start...)
    }

    private mutating func setItems(from start: Int) throws(WeightDefect) {
        guard start > floor, (stack.count - start).isMultiple(of: 2) else { throw underflow }
        guard case .dictionary(let number) = stack[start - 1] else { throw broken(.setItems) }
        for index in stride(from: start, to: stack.count, by: 2) {
            heap.set((stack[index], stack[index + 1]), in: number)
        }
        stack.removeSubrange(start...)
    }

    /// What PyTorch's functions would have been called for.
    private mutating func reduce() throws(WeightDefect) {
        let packed = try pop()
        guard let arguments = heap.elements(of: packed), case .global(let global) = try pop() else {
            throw broken(.reduce)
        }
        switch global {
        case .orderedDictionary where arguments.isEmpty: stack.append(heap.dictionary())
        case .rebuildTensor: stack.append(.tensor(try TorchTensor(arguments: arguments, heap: heap)))
        case .rebuildParameter:
            guard case .tensor(let tensor) = arguments.first else { throw broken(.reduce) }
            stack.append(.tensor(tensor))
        case .orderedDictionary, .storage: throw broken(.reduce)
        }
    }
}

/// The opcodes that are understood.
private enum PickleOpcode: UInt8 {
    case mark = 0x28  // (
    case emptyTuple = 0x29  // )
    case stop = 0x2e  // .
    case binBytes = 0x42  // B
    case shortBinBytes = 0x43  // C
    case binFloat = 0x47  // G
    case binInt = 0x4a  // J
    case binInt1 = 0x4b  // K
    case binInt2 = 0x4d  // M
    case none = 0x4e  // N
    case binPersistentID = 0x51  // Q
    case reduce = 0x52  // R
    case binUnicode = 0x58  // X
    case emptyList = 0x5d  // ]
    case append = 0x61  // a
    case build = 0x62  // b
    case global = 0x63  // c
    case appends = 0x65  // e
    case binGet = 0x68  // h
    case longBinGet = 0x6a  // j
    case binPut = 0x71  // q
    case longBinPut = 0x72  // r
    case setItem = 0x73  // s
    case tuple = 0x74  // t
    case setItems = 0x75  // u
    case emptyDictionary = 0x7d  // }
    case protocolVersion = 0x80
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case newTrue = 0x88
    case newFalse = 0x89
    case long1 = 0x8a
    case shortBinUnicode = 0x8c
    case stackGlobal = 0x93
    case memoize = 0x94
    case frame = 0x95
}
