import Frames
import InpaintElement
import Inpainting
import PictureFixtures
import Testing

/// The stage on live input, by a clock of the test's own: frames arrive every 40 ms, whether it keeps up or not.
@Suite struct LiveStageTests {
    private static let layout = FrameLayout(
        format: .gray8, width: 200, height: 100, frameDuration: Timestamp(nanoseconds: 40_000_000))
    private static let mask = "rect:85,40,30,20"
    /// The picture of the region round that mask, and the thousands of pixels in it.
    private static let size = NetworkSize(width: 144, height: 96)
    private static let pixels = 13.824

    /// A stage whose passes take so many milliseconds at the region's full size.
    private final class LiveRig {
        let clock = TestClock()
        let load: SlowMemory.Load
        let rig: StageRig
        /// Milliseconds from each frame's arrival to its leaving.
        private(set) var latencies: [Double] = []
        /// The most frames that waited while one was worked on.
        private(set) var longestQueue = 0

        init(cost: Double, budget: Int, mask: String? = LiveStageTests.mask) throws {
            let load = SlowMemory.Load(cost: cost / LiveStageTests.pixels)
            self.load = load
            rig = try StageRig(
                LiveStageTests.layout, mask: mask, isLive: true, budget: budget,
                memory: { [clock] in SlowMemory($0, load, clock) }, clock: clock.read)
        }

        func play(_ frames: Int, mask: GrayImage? = nil) throws {
            for _ in 0..<frames {
                let arrival = Timestamp(nanoseconds: UInt64(latencies.count) * 40_000_000)
                clock.wait(until: arrival)
                try rig.send(mask: mask, arrival: arrival)
                let latency = Double(clock.now.elapsed(since: arrival).nanoseconds) / 1_000_000
                latencies.append(latency)
                longestQueue = max(longestQueue, Int(latency / 40))
            }
        }

        func cost(_ milliseconds: Double) { load.cost = milliseconds / LiveStageTests.pixels }

        func count(_ rung: Rung, from first: Int = 0) -> Int { rig.rungs[first...].count { $0 == rung } }

        /// Every frame came out, in order, repaired, said so and was counted.
        func checkComplete() {
            #expect(rig.received.map(ObjectIdentifier.init) == rig.sent.map(ObjectIdentifier.init))
            #expect(rig.rungs.allSatisfy { $0 != nil })
            #expect(rig.counters[.framesRepaired] == UInt64(rig.sent.count))
            for rung in Rung.allCases { #expect(rig.counters[rung.counter] == UInt64(count(rung)), "\(rung)") }
            for index in stride(from: 0, to: rig.sent.count, by: 17) {
                #expect(rig.isRepaired(index) { (83..<117).contains($0) && (38..<62).contains($1) }, "\(index)")
            }
        }
    }

    @Test("where the network keeps up every frame gets all of it, and leaves at once")
    func keepsUp() throws {
        let live = try LiveRig(cost: 25, budget: 60)
        try live.play(60)
        live.checkComplete()
        #expect(live.count(.full) == 60)
        #expect(live.rig.counters[.framesLate] == 0)
        #expect(live.load.passes.allSatisfy { $0.size == Self.size && $0.reach == nil })
        #expect(live.longestQueue == 0)
        let inference = live.rig.counters[.inference]
        #expect(inference.counts.reduce(0, +) == 60)
        #expect((60 * 24_000_000...60 * 27_000_000).contains(inference.sum.nanoseconds))
    }

    @Test("given half the time it needs, the stage keeps every frame, in order and in time, by smaller regions")
    func halfTheTime() throws {
        let live = try LiveRig(cost: 80, budget: 40)
        try live.play(300)
        live.checkComplete()
        // The first passes are how it finds out; from then on nothing is late.
        #expect(live.latencies[10...].allSatisfy { $0 <= 40 }, "\(live.latencies[10...].max() ?? 0) ms")
        #expect(live.rig.counters[.framesLate] <= 4)
        #expect(live.longestQueue <= 3)
        #expect(live.count(.smallerRegion) > 280)
        // It does not change its mind back and forth: each size is made once.
        #expect(live.load.made.count == 2, "\(live.load.made)")
    }

    @Test("with a budget of three frames and passes of one and a half, most frames have a pass and none waits for long")
    func oneAndAHalf() throws {
        let live = try LiveRig(cost: 58, budget: 120)
        try live.play(300)
        live.checkComplete()
        #expect(live.latencies.allSatisfy { $0 <= 120 }, "\(live.latencies.max() ?? 0) ms")
        #expect(live.longestQueue <= 3)
        #expect(live.rig.counters[.framesLate] == 0)
        #expect(live.count(.full) + live.count(.fewerReferences) > 180)
        #expect(live.count(.lastFill) > 60 && live.count(.interpolation) == 0)
        #expect(live.load.made == [Self.size])
    }

    @Test("a budget longer than the ring lasts does not fill the ring")
    func longBudget() throws {
        let live = try LiveRig(cost: 90, budget: 2000)
        try live.play(300)
        live.checkComplete()
        #expect(live.longestQueue <= 3)
        #expect(live.rig.counters[.framesLate] == 0)
    }

    @Test("where the network never fits every frame is filled from its border, and it is tried seldomer and seldomer")
    func neverFits() throws {
        let live = try LiveRig(cost: 500, budget: 40)
        try live.play(900)
        live.checkComplete()
        let passes = live.rig.rungs.indices.filter { live.rig.rungs[$0].map { $0 < .lastFill } ?? false }
        let pauses = zip(passes, passes.dropFirst()).map { $1 - $0 }
        #expect((4...8).contains(passes.count) && pauses.suffix(3) == pauses.suffix(3).sorted(), "\(passes)")
        #expect(live.count(.lastFill) <= 12 * passes.count)
        #expect(live.count(.interpolation) > 700)
    }

    @Test("when the machine is free again the full network comes back, one step after the other")
    func recovers() throws {
        let live = try LiveRig(cost: 80, budget: 40)
        try live.play(100)
        live.cost(20)
        try live.play(400)
        live.checkComplete()
        #expect(live.rig.rungs[300...].allSatisfy { $0 == .full })
        let changes = zip(live.rig.rungs[100...], live.rig.rungs[101...]).count { $0 != $1 }
        #expect(changes <= 3, "\(changes) changes of rung")
    }

    @Test("a moment's load costs the frames of that moment, and no memory")
    func momentaryLoad() throws {
        let live = try LiveRig(cost: 25, budget: 80)
        try live.play(50)
        live.cost(300)
        try live.play(1)
        live.cost(25)
        try live.play(50)
        live.checkComplete()
        #expect(live.load.made == [Self.size] && live.load.resets == 0)
        #expect(live.rig.rungs[60...].allSatisfy { $0 == .full })
        #expect(live.count(.lastFill) > 0)
    }

    @Test("without a budget every live frame gets the full network, however long it takes")
    func noBudget() throws {
        let live = try LiveRig(cost: 200, budget: 0)
        try live.play(20)
        live.checkComplete()
        #expect(live.count(.full) == 20)
        #expect(live.rig.stage.latencyBudget == nil)
    }

    @Test("the budget may be set while playing")
    func budgetWhilePlaying() throws {
        let live = try LiveRig(cost: 80, budget: 0)
        try live.play(20)
        live.rig.settings.latencyBudget = 40
        #expect(live.rig.stage.latencyBudget == Timestamp(nanoseconds: 40_000_000))
        try live.play(100)
        live.checkComplete()
        #expect(live.latencies.suffix(20).allSatisfy { $0 <= 40 })
        live.rig.settings.latencyBudget = 0
        try live.play(5)
        #expect(live.rig.rungs.suffix(5).allSatisfy { $0 == .full })
    }

    @Test("a frame without a hole takes no rung, and the memory outlives the pause")
    func subtitles() throws {
        let live = try LiveRig(cost: 25, budget: 60, mask: "rect:0,0,0,0")
        var shown = GrayImage(width: 20, height: 10, pixels: [UInt8](repeating: 0, count: 200))
        for pixel in 94..<97 { shown.pixels[pixel] = 255 }
        try live.play(5, mask: shown)
        try live.play(100)
        try live.play(5, mask: shown)
        #expect(live.rig.rungs.map { $0 != nil } == (0..<110).map { $0 < 5 || $0 >= 105 })
        #expect((5..<105).allSatisfy(live.rig.isUntouched))
        #expect(live.load.made.count == 1 && live.load.resets == 0)
    }

    @Test("a hole that has moved or grown gets no fill of the hole before, which shows what was there")
    func movedHole() throws {
        func mask(_ boxes: [Rectangle]) -> GrayImage {
            var mask = GrayImage(width: 200, height: 100, pixels: [UInt8](repeating: 0, count: 20_000))
            for box in boxes {
                for y in box.y..<box.bottom { for x in box.x..<box.right { mask.pixels[y * 200 + x] = 255 } }
            }
            return mask
        }
        let first = Rectangle(x: 85, y: 40, width: 30, height: 20)
        let second = Rectangle(x: 70, y: 42, width: 12, height: 12)
        for boxes in [[first, second], [second]] {
            let live = try LiveRig(cost: 25, budget: 60, mask: nil)
            try live.play(5, mask: mask([first]))
            live.cost(300)
            try live.play(1, mask: mask([first]))
            live.cost(25)
            try live.play(3, mask: mask(boxes))
            #expect(live.rig.rungs.suffix(3).allSatisfy { $0 == .interpolation }, "\(live.rig.rungs)")
            for index in 6..<9 {
                let places = live.rig.sent[index].places { x, y in
                    boxes.contains { !$0.intersection(Rectangle(x: x, y: y, width: 1, height: 1)).isEmpty }
                }
                let same = places.filter { live.rig.sent[index].bytes[$0] == live.rig.originals[index][$0] }
                #expect(same.count * 20 < places.count, "\(same.count) of \(places.count) bytes are the original's")
            }
        }
    }

    @Test("a flush, as after a discontinuity, makes every region forget, and reuses none of its fills")
    func flush() throws {
        let live = try LiveRig(cost: 25, budget: 60)
        try live.play(5)
        live.rig.stage.flush()
        #expect(live.load.resets == 1)
        live.cost(1000)
        try live.play(1)
        live.rig.stage.flush()
        try live.play(1)
        #expect(live.rig.rungs.last == .interpolation, "the old scene's fill is not for this one")
    }
}

/// The memory session with a real network, on whatever input.
@Suite struct MemoryStageTests {
    private func grown(_ box: Rectangle, by grow: Int) -> (Int, Int) -> Bool {
        { x, y in
            max(box.x - x, x - (box.right - 1), 0) + max(box.y - y, y - (box.bottom - 1), 0) <= grow
        }
    }

    @Test(
        "in every format each frame comes back at once, changed nowhere but in the grown hole",
        arguments: PixelFormat.allCases)
    func everyFormat(format: PixelFormat) throws {
        let rig = try StageRig(
            FrameLayout(format: format, width: 641, height: 479), mask: "rect:301,201,31,17", grow: 3, feather: 2,
            session: .memory)
        for count in 1...5 {
            try rig.send(paddingBytes: 13)
            #expect(rig.received.count == count)
        }
        let hole = grown(Rectangle(x: 301, y: 201, width: 31, height: 17), by: 3)
        for index in rig.sent.indices { #expect(rig.isRepaired(index, hole: hole), "frame \(index)") }
        #expect(rig.counters[.rungFull] == 5 && rig.rungs == [Rung?](repeating: .full, count: 5))
    }

    @Test("what stood in the hole has no part in what comes out, by any rung", arguments: [0, 1])
    func nothingLeaks(budget: Int) throws {
        let hole = Rectangle(x: 100, y: 40, width: 24, height: 18)
        let outputs = try (0..<2).map { run in
            let clock = TestClock()
            let rig = try StageRig(
                FrameLayout(format: .nv12, width: 241, height: 121), mask: "rect:100,40,24,18", grow: 4, feather: 3,
                isLive: true, budget: budget, clock: clock.read)
            for index in 0..<6 {
                // Too late for the network, from the third frame on too late for what it made last.
                let arrival = clock.now
                if budget > 0 { clock.pass(milliseconds: index > 1 ? 5 : 0) }
                try rig.send(arrival: arrival) { picture in
                    picture.scramble(picture.places(where: grown(hole, by: 0)), seed: 100 * run + index)
                }
            }
            return (rig.received.map(\.bytes), rig.rungs)
        }
        #expect(outputs[0].0 == outputs[1].0)
        #expect(outputs[0].1 == outputs[1].1 && (budget == 0 || outputs[0].1.contains(.lastFill)))
    }

    @Test("whatever holes come, each is filled entirely and nothing else changes", arguments: 1...6)
    func randomHoles(seed: Int) throws {
        let (width, height) = (300, 200)
        var numbers = SeededNumbers(seed: UInt64(seed))
        let rig = try StageRig(
            FrameLayout(format: .gray8, width: width, height: height), grow: 4, feather: 3, session: .memory)
        for index in 0..<16 {
            let boxes = (0..<Int.random(in: 0...3, using: &numbers)).map { _ in
                Rectangle(
                    x: Int.random(in: 0..<270, using: &numbers), y: Int.random(in: 0..<180, using: &numbers),
                    width: Int.random(in: 1...30, using: &numbers), height: Int.random(in: 1...20, using: &numbers))
            }
            var mask = GrayImage(width: width, height: height, pixels: [UInt8](repeating: 0, count: width * height))
            for hole in boxes {
                for y in hole.y..<hole.bottom {
                    for x in hole.x..<hole.right { mask.pixels[y * width + x] = 255 }
                }
            }
            try rig.send(mask: mask)
            let isGrown = { (x: Int, y: Int) in boxes.contains { self.grown($0, by: 4)(x, y) } }
            #expect(boxes.isEmpty ? rig.isUntouched(index) : rig.isRepaired(index, hole: isGrown))
        }
        #expect(rig.received.count == 16)
    }

    @Test(
        "a budget that does not apply is ignored, and that is said once",
        arguments: [(InpaintSettings.Session.memory, false), (.auto, false), (.window, true)])
    func needlessBudget(session: InpaintSettings.Session, isLive: Bool) throws {
        let rig = try StageRig(
            FrameLayout(format: .i420, width: 201, height: 119), mask: "rect:90,50,8,6", session: session,
            isLive: isLive, budget: 1)
        for _ in 0..<6 { try rig.send() }
        try rig.drain()
        #expect(rig.rungs == [Rung?](repeating: .full, count: 6))
        #expect(rig.notices.count == 1 && rig.notices[0].contains("latency budget"))
        #expect(rig.stage.latencyBudget == nil)
    }
}
