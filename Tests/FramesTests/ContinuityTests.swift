import Frames
import Testing

@Suite struct ContinuityTests {
    private static let frame = Timestamp(nanoseconds: 40_000_000)

    private func at(_ frames: Double) -> Timestamp {
        Timestamp(nanoseconds: UInt64(frames * Double(Self.frame.nanoseconds)))
    }

    private func continues(
        _ continuity: inout Continuity, _ frames: Double?, duration: Timestamp? = frame, rate: Timestamp? = frame,
        flagged: Bool = false
    ) -> Bool {
        continuity.continues(pts: frames.map(at), duration: duration, frameDuration: rate, flagged: flagged)
    }

    @Test("the first frame continues, even flagged")
    func first() {
        var continuity = Continuity()
        #expect(continues(&continuity, 100, flagged: true))
        #expect(continues(&continuity, 101))
    }

    @Test("a flagged frame breaks off, and the next one continues it")
    func flagged() {
        var continuity = Continuity()
        #expect(continues(&continuity, 0))
        #expect(!continues(&continuity, 1, flagged: true))
        #expect(continues(&continuity, 2))
    }

    @Test("going back in time breaks off; the same time twice does not")
    func backwards() {
        var continuity = Continuity()
        #expect(continues(&continuity, 10))
        #expect(continues(&continuity, 10))
        #expect(!continues(&continuity, 9.9))
        #expect(continues(&continuity, 11))
    }

    @Test("three missing frames are borne, more are a gap", arguments: [(4.0, true), (4.01, false), (1000.0, false)])
    func gap(step: Double, borne: Bool) {
        var continuity = Continuity()
        #expect(continues(&continuity, 0))
        #expect(continues(&continuity, step) == borne)
    }

    @Test("a long frame is no gap when its duration says so")
    func longFrame() {
        var continuity = Continuity()
        #expect(continues(&continuity, 0, duration: at(50), rate: nil))
        #expect(continues(&continuity, 50, duration: Self.frame, rate: nil))
    }

    @Test("without any length the last step tells a gap")
    func unknownLength() {
        var continuity = Continuity()
        #expect(continues(&continuity, 0, duration: nil, rate: nil))
        #expect(continues(&continuity, 1, duration: nil, rate: nil))
        #expect(continues(&continuity, 5, duration: nil, rate: nil))
        #expect(!continues(&continuity, 22, duration: nil, rate: nil))
    }

    @Test("a frame without a time continues, and does not hide a later jump")
    func untimed() {
        var continuity = Continuity()
        #expect(continues(&continuity, 5))
        #expect(continues(&continuity, nil))
        #expect(!continues(&continuity, 3))
        #expect(!continues(&continuity, nil, flagged: true))
    }

    @Test("after a reset any frame is the first")
    func reset() {
        var continuity = Continuity()
        #expect(continues(&continuity, 50))
        continuity.reset()
        #expect(continues(&continuity, 0, flagged: true))
    }
}
