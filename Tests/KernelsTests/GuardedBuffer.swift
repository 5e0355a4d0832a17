/// Memory with guard values on both sides, which a kernel must leave alone.
final class GuardedBuffer<Value: Equatable> {
    private static var margin: Int { 32 }
    private let storage: UnsafeMutableBufferPointer<Value>
    private let guardValue: Value

    init(count: Int, guardValue: Value, filledWith value: Value) {
        storage = .allocate(capacity: count + 2 * Self.margin)
        storage.initialize(repeating: guardValue)
        self.guardValue = guardValue
        values.update(repeating: value)
    }

    convenience init(_ initial: [Value], guardValue: Value) {
        self.init(count: initial.count, guardValue: guardValue, filledWith: guardValue)
        _ = values.update(fromContentsOf: initial)
    }

    deinit { storage.deallocate() }

    var values: UnsafeMutableBufferPointer<Value> {
        UnsafeMutableBufferPointer(rebasing: storage[Self.margin..<storage.count - Self.margin])
    }

    var array: [Value] { Array(values) }

    var isIntact: Bool {
        storage.prefix(Self.margin).allSatisfy { $0 == guardValue }
            && storage.suffix(Self.margin).allSatisfy { $0 == guardValue }
    }
}

extension GuardedBuffer where Value == Float {
    /// Room for `count` values, all NaN until they are written.
    convenience init(count: Int) {
        self.init(count: count, guardValue: -12345.5, filledWith: .nan)
    }

    convenience init(_ initial: [Float]) {
        self.init(initial, guardValue: -12345.5)
    }
}

/// Numbers that look random and are the same every time, in [−1, 1).
func numbers(_ count: Int, seed: UInt64 = 1) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 23) - 1
    }
}
