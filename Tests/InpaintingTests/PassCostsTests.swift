import Frames
import Inpainting
import PictureFixtures
import Testing

@Suite struct PassCostsTests {
    private let size = NetworkSize(width: 192, height: 96)
    private let half = NetworkSize(width: 96, height: 96)

    private func ms(_ milliseconds: Double) -> Timestamp { Timestamp(nanoseconds: UInt64(milliseconds * 1_000_000)) }

    private func pass(_ size: NetworkSize, _ attended: Int = 6) -> NetworkPass {
        NetworkPass(size: size, attended: attended)
    }

    /// Costs after ten passes of the same.
    private func costs(_ time: Timestamp) -> PassCosts {
        var costs = PassCosts()
        for _ in 0..<11 { costs.measure(pass(size), took: time) }
        return costs
    }

    private func isNear(_ estimate: Timestamp?, _ milliseconds: Double, by tolerance: Double = 0.02) -> Bool {
        guard let estimate else { return false }
        return abs(Double(estimate.nanoseconds) / (milliseconds * 1_000_000) - 1) <= tolerance
    }

    @Test("nothing is estimated before anything was measured, and a first pass counts half until there is another")
    func unknown() {
        var costs = PassCosts()
        #expect(costs.estimate(pass(size)) == nil)
        costs.measure(pass(size), took: ms(90))
        #expect(isNear(costs.estimate(pass(size)), 45))
        costs.measure(pass(size), took: ms(20))
        #expect(isNear(costs.estimate(pass(size)), 20))
        costs.measure(pass(half), took: ms(90))
        #expect(isNear(costs.estimate(pass(half)), 10), "the first of another size not at all")
    }

    @Test("what was not measured is estimated by its work: by the area, and a little by the frames attended to")
    func byWork() {
        let costs = costs(ms(20))
        #expect(isNear(costs.estimate(pass(size)), 20))
        #expect(isNear(costs.estimate(pass(half)), 10))
        #expect(isNear(costs.estimate(pass(size, 11)), 20 * 105 / 100))
    }

    @Test("a size that is dearer than its work says is remembered so")
    func shares() {
        var costs = costs(ms(20))
        for _ in 0..<5 { costs.measure(pass(half), took: ms(15)) }
        #expect(isNear(costs.estimate(pass(half)), 15))
        #expect(isNear(costs.estimate(pass(half, 11)), 15 * 105 / 100), "its other reaches share that")
        #expect(isNear(costs.estimate(pass(size)), 20))
    }

    @Test("a slower or faster machine is noticed by what runs, and believed of what does not")
    func pace() {
        var costs = costs(ms(20))
        for _ in 0..<8 { costs.measure(pass(half), took: ms(12)) }
        for _ in 0..<8 { costs.measure(pass(half), took: ms(36)) }
        #expect(isNear(costs.estimate(pass(size)), 60, by: 0.2))
        for _ in 0..<300 { costs.measure(pass(half), took: ms(6)) }
        #expect(isNear(costs.estimate(pass(size)), 10, by: 0.2))
    }

    @Test("one pass that was interrupted changes no estimate, two do")
    func interrupted() {
        var costs = costs(ms(20))
        costs.measure(pass(size), took: ms(200))
        #expect(isNear(costs.estimate(pass(size)), 20, by: 0.25))
        costs.measure(pass(size), took: ms(200))
        #expect((costs.estimate(pass(size)) ?? .zero) > ms(100))
    }

    @Test("whatever is measured, every estimate is a time", arguments: 1...20)
    func robust(seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        var costs = PassCosts()
        for _ in 0..<500 {
            let size = [size, half].randomElement(using: &numbers) ?? size
            let attended = Int.random(in: 1...61, using: &numbers)
            let time = UInt64.random(in: 0...(1 << UInt64.random(in: 0...45, using: &numbers)), using: &numbers)
            costs.measure(pass(size, attended), took: Timestamp(nanoseconds: time))
        }
        for attended in 1...61 { #expect(costs.estimate(pass(size, attended)) != nil) }
    }
}
