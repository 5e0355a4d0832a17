import Frames
import MediaGraph
import Testing

@Suite struct LatencyMeterTests {
    private func ms(_ milliseconds: Int) -> Timestamp { Timestamp(nanoseconds: UInt64(milliseconds) * 1_000_000) }

    @Test("until a frame was measured what the filter expects is declared, within the budget")
    func expected() {
        var meter = LatencyMeter()
        #expect(meter.declared == .zero)
        meter.expect(ms(40), within: nil)
        #expect(meter.declared == ms(40))
        meter.expect(ms(80), within: ms(60))
        #expect(meter.declared == ms(60))
    }

    @Test("a frame that takes longer than declared raises it at once, with room to spare")
    func raised() {
        var meter = LatencyMeter()
        meter.expect(ms(40), within: nil)
        meter.measure(ms(40), at: ms(1000), within: nil)
        #expect(meter.declared == ms(40), "on time is no reason to declare more")
        meter.measure(ms(100), at: ms(1040), within: nil)
        #expect(meter.declared == ms(125))
        meter.measure(ms(126), at: ms(1080), within: nil)
        #expect(meter.declared == ms(160), "157.5 in steps of 5")
    }

    @Test("it is lowered after ten seconds of faster frames, by a quarter at most, down to what they take")
    func lowered() {
        var meter = LatencyMeter()
        meter.measure(ms(800), at: ms(0), within: nil)
        #expect(meter.declared == ms(1000))
        var history: [(time: Int, declared: Timestamp)] = []
        for time in stride(from: 40, through: 200_000, by: 40) {
            let before = meter.declared
            meter.measure(ms(20), at: ms(time), within: nil)
            if meter.declared != before { history.append((time, meter.declared)) }
        }
        // The slow frame counts for the first ten seconds.
        #expect(history.first?.time == 20_000)
        #expect(zip(history, history.dropFirst()).allSatisfy { $1.time - $0.time >= 10_000 })
        var before = ms(1000)
        for (_, after) in history {
            let most = max(before.nanoseconds / 4, LatencyMeter.step.nanoseconds)
            #expect(after < before && after.nanoseconds >= before.nanoseconds - most)
            before = after
        }
        #expect(meter.declared == ms(25))
    }

    @Test("what little is declared is lowered too, down to what the frames take")
    func loweredToLittle() {
        var meter = LatencyMeter()
        meter.expect(Timestamp(nanoseconds: 16_666_667), within: nil)
        for time in stride(from: 0, through: 60_000, by: 20) { meter.measure(ms(1), at: ms(time), within: nil) }
        #expect(meter.declared == ms(5))
    }

    @Test("frames that differ a little change nothing")
    func steady() {
        var meter = LatencyMeter()
        meter.measure(ms(100), at: ms(0), within: nil)
        var changes = 0
        for frame in 1...3000 {
            let before = meter.declared
            meter.measure(ms(95 + frame % 11), at: ms(40 * frame), within: nil)
            if meter.declared != before { changes += 1 }
        }
        #expect(changes <= 1, "settled from 125 to what 105 asks for")
    }

    @Test("a frame that kept the budget is no reason to declare more, and one that did not is")
    func budget() {
        var meter = LatencyMeter()
        meter.measure(ms(78), at: ms(0), within: ms(80))
        #expect(meter.declared == ms(80))
        meter.measure(ms(500), at: ms(40), within: ms(80))
        #expect(meter.declared == ms(625), "what is declared is true before it is wanted")
        for time in stride(from: 80, through: 200_000, by: 40) { meter.measure(ms(78), at: ms(time), within: ms(80)) }
        #expect(meter.declared == ms(80))
    }
}
