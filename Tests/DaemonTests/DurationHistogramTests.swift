import Daemon
import Testing

@Suite struct DurationHistogramTests {
    @Test("a duration counts at the least bound that it does not pass")
    func bounds() {
        var histogram = DurationHistogram()
        histogram.add(.milliseconds(1))
        histogram.add(.milliseconds(39))
        histogram.add(.milliseconds(41))
        histogram.add(.seconds(3))
        let counted = DurationHistogram.bounds.indices.filter { histogram.counts[$0] > 0 }
        #expect(counted.map { DurationHistogram.bounds[$0] } == [0.001, 0.04, 0.08])
        #expect(histogram.counts.last == 1)
        #expect(abs(histogram.sum - 3.081) < 1e-9)
    }
}
