import Frames
import MediaGraph
import Testing

@Suite struct StandInScheduleTests {
    private static let interval = milliseconds(40)

    private static func milliseconds(_ count: UInt64) -> Timestamp { Timestamp(nanoseconds: count * 1_000_000) }

    private func taken(_ time: Timestamp, by schedule: inout StandInSchedule) -> Bool { schedule.take(time) }

    private func still(at time: Timestamp, from schedule: inout StandInSchedule) -> Timestamp? {
        schedule.standIn(at: time)
    }

    /// A schedule that has let out frames until this time.
    private func schedule(until last: UInt64, latency: UInt64 = 0) -> StandInSchedule {
        var schedule = StandInSchedule(interval: Self.interval)
        schedule.latency = Self.milliseconds(latency)
        for time in stride(from: last % 40, through: last, by: 40) {
            #expect(taken(Self.milliseconds(time), by: &schedule))
        }
        return schedule
    }

    @Test("before the first frame nothing stands in")
    func nothing() {
        var schedule = StandInSchedule(interval: Self.interval)
        schedule.lose()
        #expect(schedule.deadline == nil)
        #expect(still(at: Self.milliseconds(10_000), from: &schedule) == nil)
    }

    @Test("a frame may be overdue for half a second, or three frames' length where that is more")
    func patience() {
        #expect(schedule(until: 1000, latency: 100).deadline == Self.milliseconds(1000 + 40 + 100 + 500))
        var slow = StandInSchedule(interval: Self.milliseconds(1000))
        #expect(taken(.zero, by: &slow))
        #expect(slow.deadline == Self.milliseconds(4000))
    }

    @Test("what was waited for is made up, one still a frame's length, and then each comes in its time")
    func stills() {
        var schedule = schedule(until: 1000, latency: 100)
        #expect(still(at: Self.milliseconds(1639), from: &schedule) == nil)
        var times: [Timestamp] = []
        while let time = schedule.standIn(at: Self.milliseconds(1640)) { times.append(time) }
        #expect(times == (1...13).map { Self.milliseconds(1000 + 40 * $0) })
        #expect(schedule.isSourceAway)
        #expect(schedule.deadline == Self.milliseconds(1560 + 100))
        #expect(still(at: Self.milliseconds(1660), from: &schedule) == Self.milliseconds(1560))
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
        #expect(still(at: Self.milliseconds(1040), from: &schedule) == Self.milliseconds(1040))
        #expect(!taken(Self.milliseconds(1040), by: &schedule))
        #expect(!taken(Self.milliseconds(1059), by: &schedule))
        #expect(schedule.isSourceAway)
        #expect(taken(Self.milliseconds(1060), by: &schedule))
        #expect(!schedule.isSourceAway)
    }

    @Test("times that repeat or go back are the input's own affair while it plays")
    func repeats() {
        var schedule = schedule(until: 1000)
        #expect(taken(Self.milliseconds(1000), by: &schedule))
        #expect(taken(Self.milliseconds(500), by: &schedule))
    }

    @Test("after an output was stuck the stills go on from now, not from where they were")
    func stuck() {
        var schedule = schedule(until: 1000)
        schedule.lose()
        #expect(still(at: Self.milliseconds(60_000), from: &schedule) == Self.milliseconds(60_000))
        #expect(still(at: Self.milliseconds(60_000), from: &schedule) == nil)
        #expect(still(at: Self.milliseconds(60_040), from: &schedule) == Self.milliseconds(60_040))
    }

    @Test("a source that returns is shown again, however its frames lie between the stills", arguments: 0..<20)
    func phases(phase: UInt64) {
        let interval = Timestamp(nanoseconds: 100_000_000)
        var schedule = StandInSchedule(interval: interval)
        _ = schedule.take(.zero)
        schedule.lose()
        var shown = 0
        // A look every 5 ms; frames come from one second on.
        for step in 1..<600 as Range<UInt64> {
            let now = Timestamp(nanoseconds: step * 5_000_000)
            _ = schedule.standIn(at: now)
            if step >= 200, step % 20 == phase, schedule.take(now) { shown += 1 }
        }
        #expect(shown >= 18 && !schedule.isSourceAway)
    }
}
