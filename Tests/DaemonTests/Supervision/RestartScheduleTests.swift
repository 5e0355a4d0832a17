import Daemon
import Testing

@Suite struct RestartScheduleTests {
    @Test("five times the first delay, five times the second, then the third for ever, until a reset")
    func rows() {
        let delays = [Duration.milliseconds(100), .seconds(2), .seconds(3)]
        var schedule = RestartSchedule()
        let first = (0..<100).map { _ in schedule.next(of: delays, chance: 0.5) }
        #expect(first == (0..<100).map { delays[min($0 / 5, 2)] })
        #expect(schedule.attempts == 100)
        schedule.reset()
        #expect(schedule.next(of: delays, chance: 0.5) == delays[0])
    }

    @Test("a delay is up to a fifth shorter or longer")
    func jitter() {
        var schedule = RestartSchedule()
        #expect(schedule.next(of: [.seconds(1)], chance: 0) == .milliseconds(800))
        #expect(schedule.next(of: [.seconds(1)], chance: 1) == .milliseconds(1200))
    }
}
