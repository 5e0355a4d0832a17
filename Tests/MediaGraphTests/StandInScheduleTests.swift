import Frames
import MediaGraph
import Testing

@Suite struct StandInScheduleTests {
    private static let interval = milliseconds(40)

    private static func milliseconds(_ count: UInt64) -> Timestamp { Timestamp(nanoseconds: count * 1_000_000) }

    /// A schedule that has let out frames until this time.
    private func schedule(until last: UInt64, latency: UInt64 = 0) -> StandInSchedule {
        var schedule = StandInSchedule(interval: Self.interval)
        schedule.latency = Self.milliseconds(latency)
        for time in stride(from: last % 40, through: last, by: 40) {
            #expect(schedule.take(Self.milliseconds(time)))
        }
        return schedule
    }

    @Test("before the first frame nothing stands in")
    func nothing() {
        var schedule = StandInSchedule(interval: Self.interval)
        schedule.lose()
        #expect(schedule.deadline == nil)
        #expect(schedule.standIn(at: Self.milliseconds(10_000)) == nil)
    }

    @Test("a frame may be overdue for half a second, or three frames' length where that is more")
    func patience() {
        #expect(schedule(until: 1000, latency: 100).deadline == Self.milliseconds(1000 + 40 + 100 + 500))
        var slow = StandInSchedule(interval: Self.milliseconds(1000))
        #expect(slow.take(.zero))
        #expect(slow.deadline == Self.milliseconds(4000))
    }

    @Test("what was waited for is made up, one still a frame's length, and then each comes in its time")
    func stills() {
        var schedule = schedule(until: 1000, latency: 100)
        #expect(schedule.standIn(at: Self.milliseconds(1639)) == nil)
        var times: [Timestamp] = []
        while let time = schedule.standIn(at: Self.milliseconds(1640)) { times.append(time) }
        #expect(times == (1...13).map { Self.milliseconds(1000 + 40 * $0) })
        #expect(schedule.isSourceAway)
        #expect(schedule.deadline == Self.milliseconds(1560 + 100))
        #expect(schedule.standIn(at: Self.milliseconds(1660)) == Self.milliseconds(1560))
    }

    @Test("an input that is known to be away is not waited for")
    func lost() {
        var schedule = schedule(until: 1000, latency: 100)
        schedule.lose()
        #expect(schedule.isSourceAway)
        #expect(schedule.deadline == Self.milliseconds(1140))
    }

    @Test("a frame that comes after a still is let out only where it is really later")
    func superseded() {
        var schedule = schedule(until: 1000)
        schedule.lose()
        #expect(schedule.standIn(at: Self.milliseconds(1040)) == Self.milliseconds(1040))
        #expect(!schedule.take(Self.milliseconds(1040)))
        #expect(!schedule.take(Self.milliseconds(1059)))
        #expect(schedule.isSourceAway)
        #expect(schedule.take(Self.milliseconds(1060)))
        #expect(!schedule.isSourceAway)
    }

    @Test("times that repeat or go back are the input's own affair while it plays")
    func repeats() {
        var schedule = schedule(until: 1000)
        #expect(schedule.take(Self.milliseconds(1000)))
        #expect(schedule.take(Self.milliseconds(500)))
    }

    @Test("after an output was stuck the stills go on from now, not from where they were")
    func stuck() {
        var schedule = schedule(until: 1000)
        schedule.lose()
        #expect(schedule.standIn(at: Self.milliseconds(60_000)) == Self.milliseconds(60_000))
        #expect(schedule.standIn(at: Self.milliseconds(60_000)) == nil)
        #expect(schedule.standIn(at: Self.milliseconds(60_040)) == Self.milliseconds(60_040))
    }
}
