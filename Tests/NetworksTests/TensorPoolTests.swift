import Networks
import Testing

@Suite struct TensorPoolTests {
    @Test("a tensor's memory serves the next of its size")
    func reuse() {
        let pool = TensorPool()
        for round in 0..<10 {
            let first = Tensor(uninitialized: [3, 1000, 1000], from: pool)
            let second = Tensor(uninitialized: [700], from: pool)
            first.mutableValues[0] = Float(round)
            second.mutableValues[0] = first.values[0]
            #expect(second.array[0] == Float(round))
        }
        #expect(pool.allocations == 2)
    }

    @Test("memory is aligned, large memory to huge pages")
    func alignment() {
        let pool = TensorPool()
        for count in [0, 1, 17, 1 << 20] {
            let tensor = Tensor(uninitialized: [count], from: pool)
            let address = UInt(bitPattern: tensor.mutableValues.baseAddress)
            #expect(address % (count >= 1 << 19 ? 2 << 20 : 64) == 0)
        }
    }

    @Test("a small tensor does not take a large one's memory")
    func waste() {
        let pool = TensorPool()
        do { _ = Tensor(uninitialized: [1 << 20], from: pool) }
        let small = Tensor(uninitialized: [1 << 10], from: pool)
        #expect(small.count == 1 << 10)
        #expect(pool.allocations == 2)
        #expect(pool.freeBytes == 4 << 20)
    }

    @Test("where memory is kept long, no tensor takes more than a page too much")
    func exact() {
        let pool = TensorPool(excess: 1)
        do { _ = Tensor(uninitialized: [5000], from: pool) }
        do { _ = Tensor(uninitialized: [4500], from: pool) }
        #expect(pool.allocations == 1)
        do { _ = Tensor(uninitialized: [3500], from: pool) }
        #expect(pool.allocations == 2)
    }

    @Test("large memory is rounded to small pages")
    func rounding() {
        let pool = TensorPool()
        do { _ = Tensor(uninitialized: [(2 << 20) / 4 + 1], from: pool) }
        #expect(pool.freeBytes == (2 << 20) + 4096)
    }

    @Test("sizes that nobody asks for any more go back to the system")
    func forgotten() {
        let pool = TensorPool()
        do { _ = Tensor(uninitialized: [1 << 20], from: pool) }
        #expect(pool.freeBytes == 4 << 20)
        for _ in 0..<5000 { _ = Tensor(uninitialized: [16], from: pool) }
        #expect(pool.freeBytes < 1 << 12)
    }

    @Test("a tensor may outlive its pool")
    func outlives() {
        func make() -> Tensor { Tensor(uninitialized: [4], from: TensorPool()) }
        let tensor = make()
        tensor.mutableValues[3] = 7
        #expect(tensor.array[3] == 7)
    }
}
