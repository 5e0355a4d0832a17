import Daemon
import Testing

/// When a stream's supervision counts as one that does its work.
@Suite struct ScheduleWatchTests {
    private let late = Duration.seconds(6)
    private var life = StreamLife(
        StreamConfiguration(
            name: "a", source: .text("x"), startTimeout: .seconds(20), stallTimeout: .seconds(4),
            stopTimeout: .seconds(10)), at: .zero)

    private mutating func on(_ input: StreamLife.Input, at now: Duration) {
        _ = life.handle(input, at: now, chance: 0.5)
    }

    private mutating func frames(_ count: UInt64, at now: Duration) {
        let stage = WorkerProgress.Stage(element: "i", counters: ["frames-in": count, "frames-out": count])
        on(.report(.progress(WorkerProgress(stages: [stage]))), at: now)
    }

    private mutating func play() {
        on(.start, at: .zero)
        on(.report(.started(isLive: true)), at: .zero)
        frames(1, at: .zero)
    }

    @Test("a stopped and a failed stream are, for ever")
    mutating func idle() {
        #expect(life.isOnSchedule(at: .seconds(1_000_000)))
        on(.start, at: .zero)
        on(.report(.fault(StreamFault(.pipeline, "x"))), at: .zero)
        on(.exited("exit status 64"), at: .zero)
        #expect(life.state == .failed && life.isOnSchedule(at: .seconds(1_000_000)))
    }

    @Test("one that starts is within its start-timeout, and not when that is over and nothing is done")
    mutating func starting() {
        on(.start, at: .zero)
        #expect(life.isOnSchedule(at: .seconds(20)))
        #expect(!life.isOnSchedule(at: .seconds(20) + late))
    }

    @Test("one that runs is while frames come, and not when they stay out and it is not ended")
    mutating func running() {
        play()
        for second in 1...100 {
            frames(UInt64(1 + second), at: .seconds(second))
            if let due = life.deadline, due <= .seconds(second) { on(.tick, at: .seconds(second)) }
        }
        #expect(life.isOnSchedule(at: .seconds(104)))
        #expect(!life.isOnSchedule(at: .seconds(104) + late), "the stall was not seen")
        on(.tick, at: .seconds(105))
        #expect(life.isOnSchedule(at: .seconds(115)), "it may take its stop-timeout to end")
        #expect(!life.isOnSchedule(at: .seconds(115) + late), "it was not killed")
        on(.tick, at: .seconds(116))
        #expect(life.isOnSchedule(at: .seconds(176)))
        #expect(!life.isOnSchedule(at: .seconds(177)), "nobody saw it die")
    }

    @Test("one that waits is until its next start is due, and not when it does not come")
    mutating func waiting() {
        play()
        on(.report(.fault(StreamFault(.source, "x"))), at: .seconds(1))
        on(.exited("exit status 69"), at: .seconds(1))
        #expect(life.state == .retrying && life.isOnSchedule(at: .seconds(2)))
        #expect(!life.isOnSchedule(at: .seconds(2) + late))
        on(.tick, at: .seconds(3))
        #expect(life.state == .starting && life.isOnSchedule(at: .seconds(10)))
    }
}
