import Frames
import Testing

@Suite struct StageCountersTests {
    @Test("a length counts at the least bound that it does not pass")
    func bounds() {
        var histogram = TimeHistogram()
        let lengths: [UInt64] = [0, 1_000_000, 1_000_001, 2_560_000_000, 2_560_000_001]
        for length in lengths { histogram.add(Timestamp(nanoseconds: length)) }
        let last = TimeHistogram.bounds.count
        #expect(histogram.counts.count == last + 1)
        #expect(histogram.counts.enumerated().filter { $0.element > 0 }.map(\.offset) == [0, 1, last - 1, last])
        #expect(histogram.counts[0] == 2)
        #expect(histogram.sum == Timestamp(nanoseconds: lengths.reduce(0, +)))
    }

    @Test("held is what came and is neither gone nor lost nor waiting")
    func held() {
        let counters = StageCounters()
        #expect(counters.framesHeld == 0)
        counters.add(10, to: .framesIn)
        counters.framesQueued = 3
        #expect(counters.framesHeld == 7)
        for counter in [StageCounters.Counter.framesOut, .framesFlushed, .framesLost] { counters.add(2, to: counter) }
        #expect(counters.framesHeld == 1)
        counters.framesQueued = 9
        #expect(counters.framesHeld == 0)
    }

    @Test("measures are kept apart")
    func measures() {
        let counters = StageCounters()
        counters.add(Timestamp(nanoseconds: 5), to: .latency)
        #expect(counters[.latency].counts.reduce(0, +) == 1 && counters[.inference] == TimeHistogram())
    }
}
