import Frames
import Inpainting
import Testing

@Suite struct RungChooserTests {
    private func ms(_ milliseconds: Int) -> Timestamp { Timestamp(nanoseconds: UInt64(milliseconds) * 1_000_000) }

    /// Full, fewer references, half and a quarter of the size, by what each takes.
    private func levels(_ costs: [Int?]) -> [NetworkLevel] {
        let kinds: [(Rung, Int)] = [(.full, 0), (.fewerReferences, 0), (.smallerRegion, 1), (.smallerRegion, 2)]
        return zip(kinds, costs).map { kind, cost in
            NetworkLevel(rung: kind.0, halvings: kind.1, reach: nil, cost: cost.map(ms))
        }
    }

    /// What is chosen for so many frames, one after the other.
    private func choices(
        _ chooser: inout RungChooser, _ costs: [Int?], left: Int, sustained: Int = 40, frames: Int
    ) -> [Int?] {
        (0..<frames).map { _ in
            chooser.choose(among: levels(costs), timeLeft: ms(left), sustained: ms(sustained))
        }
    }

    @Test("where the full network fits it runs, and no frame gets less")
    func full() {
        var chooser = RungChooser()
        #expect(choices(&chooser, [30, 28, 15, 8], left: 40, frames: 500).allSatisfy { $0 == 0 })
    }

    @Test("what was never measured is tried while there is any time")
    func unmeasured() {
        var chooser = RungChooser()
        #expect(choices(&chooser, [nil, nil, nil, nil], left: 1, frames: 1) == [0])
        #expect(choices(&chooser, [nil, nil, nil, nil], left: 0, frames: 1) == [nil])
    }

    @Test("a pass that only just fits is not begun")
    func spare() {
        var chooser = RungChooser()
        #expect(choices(&chooser, [40], left: 44, frames: 1) == [nil])
        #expect(choices(&chooser, [40], left: 46, frames: 1) == [0])
    }

    @Test("fewer references are taken at once where only they fit, and given up after twelve frames with room")
    func fewerReferences() {
        var chooser = RungChooser()
        let tight = choices(&chooser, [40, 34, 20, 10], left: 39, frames: 3)
        #expect(tight == [1, 1, 1])
        // 31 and a quarter is 38.75: room enough.
        #expect(choices(&chooser, [31, 27, 16, 8], left: 40, frames: 20).firstIndex(of: 0) == 11)
        // A frame without room starts the count again.
        _ = choices(&chooser, [40, 34, 20, 10], left: 39, frames: 1)
        _ = choices(&chooser, [31, 27, 16, 8], left: 40, frames: 11)
        _ = choices(&chooser, [33, 28, 16, 8], left: 40, frames: 1)
        #expect(choices(&chooser, [31, 27, 16, 8], left: 40, frames: 11).allSatisfy { $0 == 1 })
    }

    @Test("a single frame that is behind goes without the network, and nothing else changes")
    func oneLateFrame() {
        var chooser = RungChooser()
        _ = choices(&chooser, [30, 28, 15, 8], left: 40, frames: 10)
        #expect(choices(&chooser, [30, 28, 15, 8], left: 20, frames: 1) == [nil])
        #expect(choices(&chooser, [30, 28, 15, 8], left: 40, frames: 3) == [0, 0, 0])
    }

    @Test("while more frames have a pass than not the regions keep their size; else they get smaller")
    func smaller() {
        var chooser = RungChooser()
        for _ in 0..<100 {
            #expect(choices(&chooser, [60, 56, 30, 15], left: 90, frames: 2) == [0, 0])
            #expect(choices(&chooser, [60, 56, 30, 15], left: 20, frames: 1) == [nil])
        }
        // Never in time at its size: the sixth frame gets a smaller one.
        var overloaded = RungChooser()
        let choices = choices(&overloaded, [60, 56, 30, 15], left: 40, frames: 8)
        #expect(choices == [nil, nil, nil, nil, nil, 2, 2, 2])
    }

    @Test("the largest size that can be kept up is taken, and the larger one only after fifty frames with room")
    func sizes() {
        var chooser = RungChooser()
        #expect(choices(&chooser, [160, 150, 80, 30], left: 40, frames: 6).last == 3)
        #expect(choices(&chooser, [48, 45, 24, 10], left: 40, frames: 49).allSatisfy { $0 == 3 })
        #expect(choices(&chooser, [48, 45, 24, 10], left: 40, frames: 1) == [2])
        #expect(choices(&chooser, [48, 45, 24, 10], left: 40, frames: 200).allSatisfy { $0 == 2 })
        // From 2 back to full size, and from there to all references.
        let back = choices(&chooser, [24, 22, 12, 6], left: 40, frames: 100)
        #expect(back.firstIndex(of: 1) == 49 && back.firstIndex(of: 0) == 61)
    }

    @Test("where nothing can be kept up the smallest is taken if it is much cheaper, and runs whenever it fits")
    func smallestOfAll() {
        var chooser = RungChooser()
        _ = choices(&chooser, [400, 380, 200, 60], left: 100, frames: 6)
        #expect(chooser.level == 3)
        #expect(choices(&chooser, [400, 380, 200, 60], left: 70, frames: 1) == [3])
        #expect(choices(&chooser, [400, 380, 200, 60], left: 30, frames: 1) == [nil])
        var dear = RungChooser()
        _ = choices(&dear, [100, 98, 90], left: 10, frames: 20)
        #expect(dear.level == 0)
    }

    @Test("without the network it is tried now and then, seldomer each time, until it fits again")
    func trials() {
        var chooser = RungChooser()
        let choices = choices(&chooser, [90, 88], left: 40, frames: 4000)
        let trials = choices.indices.filter { choices[$0] != nil }
        #expect(trials.allSatisfy { choices[$0] == 1 })
        #expect(zip(trials, trials.dropFirst()).map { $1 - $0 } == [55, 100, 200, 400, 800, 1600])
        #expect(self.choices(&chooser, [20, 18], left: 40, frames: 2) == [0, 0])
        #expect(self.choices(&chooser, [50, 40], left: 40, frames: 25).last == 1, "and then soon again")
    }

    @Test("a trial takes no more than a twenty-fifth of the time that went by without a pass")
    func shareOfTrials() {
        var chooser = RungChooser()
        let choices = choices(&chooser, [4000], left: 40, frames: 6000)
        let trials = choices.indices.filter { choices[$0] != nil }
        #expect(trials.first == 2499 && trials.count == 2)
    }

    @Test("where every frame is late a pass is tried all the same, or nobody would learn what it takes")
    func alwaysLate() {
        var chooser = RungChooser()
        let unmeasured = choices(&chooser, [nil, nil, nil, nil], left: 0, frames: 30)
        #expect(unmeasured.firstIndex { $0 != nil } == 24)
        #expect(choices(&chooser, [90, 88, 30, 15], left: 0, frames: 6).allSatisfy { $0 == nil })
        #expect(chooser.level == 2, "with that known, the regions get smaller")
    }

    @Test("levels may come and go with the regions")
    func fewerLevels() {
        var chooser = RungChooser()
        _ = choices(&chooser, [160, 150, 80, 30], left: 40, frames: 6)
        #expect(choices(&chooser, [30, 28], left: 40, frames: 1) == [1])
    }
}
