import Daemon
import Testing

/// A life with a clock of its own.
private struct Story {
    var life: StreamLife
    var now = Duration.zero

    init(_ configuration: StreamConfiguration = StreamConfiguration(name: "a", source: .text("x"))) {
        life = StreamLife(configuration, at: .zero)
    }

    /// What is done, but for what is only told.
    @discardableResult
    mutating func on(_ input: StreamLife.Input, after delay: Duration = .zero) -> [StreamLife.Action] {
        now += delay
        return life.handle(input, at: now, chance: 0.5).filter { if case .tell = $0 { false } else { true } }
    }

    mutating func frames(_ count: UInt64, sourceLost: Bool = false, after delay: Duration = .zero) {
        let stage = WorkerProgress.Stage(element: "i", counters: ["frames-in": count, "frames-out": count])
        on(.report(.progress(WorkerProgress(stages: [stage], isSourceLost: sourceLost))), after: delay)
    }

    /// Lets the time come that the life asked for.
    @discardableResult
    mutating func tick() -> [StreamLife.Action] {
        now = life.deadline ?? now
        return on(.tick)
    }

    mutating func play() {
        on(.start)
        on(.report(.started(isLive: true)))
        frames(1)
    }
}

@Suite struct StreamLifeTests {
    @Test("it is started, runs with its first frame, and drains when it is stopped")
    func wholeLife() {
        var story = Story()
        #expect(story.life.state == .stopped && story.life.deadline == nil)
        #expect(story.on(.start) == [.launch])
        #expect(story.life.state == .starting && story.life.hasWorker)
        story.on(.report(.started(isLive: true)))
        #expect(story.life.state == .starting, "no frame yet")
        story.frames(1)
        #expect(story.life.state == .running)
        #expect(story.on(.start) == [], "it runs already")
        #expect(story.on(.stop) == [.drain])
        #expect(story.on(.report(.ended)) == [])
        #expect(story.on(.exited("exit status 0")) == [])
        #expect(story.life.state == .stopped && !story.life.hasWorker && story.life.restarts.isEmpty)
        #expect(story.on(.stop) == [])
    }

    @Test("after a fault it waits 1 s five times, 5 s five times, then 60 s")
    func backOff() {
        var story = Story()
        story.on(.start)
        var delays: [Duration] = []
        for _ in 0..<12 {
            story.on(.report(.fault(StreamFault(.source, "refused"))))
            #expect(story.on(.exited("exit status 1")) == [])
            #expect(story.life.state == .retrying)
            let before = story.now
            #expect(story.tick() == [.launch])
            delays.append(story.now - before)
        }
        #expect(delays == [1, 1, 1, 1, 1, 5, 5, 5, 5, 5, 60, 60].map { .seconds($0) })
        #expect(story.life.restarts == [.source: 12])
        #expect(story.life.lastFault == StreamFault(.source, "refused"))
    }

    @Test("the delays and the time that makes up for faults are the configuration's")
    func ownSchedule() {
        let delays = [Duration.milliseconds(100), .milliseconds(200), .milliseconds(300)]
        var story = Story(
            StreamConfiguration(name: "a", source: .text("x"), restartDelays: delays, recovery: .seconds(2)))
        story.play()
        for (well, delay) in [(1, 100), (1, 100), (3, 100), (1, 100), (1, 100), (1, 100), (1, 100), (1, 200), (3, 100)]
        {
            story.frames(2, after: .seconds(well))
            story.on(.tick)
            story.on(.exited("killed by signal 9"))
            #expect(story.life.nextAttempt == story.now + .milliseconds(delay))
            story.tick()
            story.on(.report(.started(isLive: true)))
            story.frames(1)
        }
    }

    @Test("half a minute of frames makes up for the faults before")
    func recovery() {
        var story = Story()
        story.play()
        for _ in 0..<7 {
            story.on(.exited("killed by signal 9"))
            story.tick()
            story.on(.report(.started(isLive: true)))
            story.frames(1)
        }
        for second in 1...40 {
            story.frames(UInt64(second + 1), after: .seconds(1))
            if let deadline = story.life.deadline, deadline <= story.now { story.on(.tick) }
        }
        story.on(.exited("killed by signal 9"))
        let before = story.now
        story.tick()
        #expect(story.now - before == .seconds(1))
        #expect(story.life.restarts == [.crash: 8])
    }

    @Test("a worker with more memory in use than it may have is drained and started again")
    func memory() {
        var story = Story()
        story.life.configuration.memoryLimit = 100 << 20
        story.play()
        func report(_ mebibytes: Int) -> StreamLife.Input {
            .report(.progress(WorkerProgress(residentMemory: mebibytes << 20)))
        }
        #expect(story.on(report(100)).isEmpty)
        let actions = story.on(report(101))
        #expect(actions.last == .drain)
        #expect(story.life.lastFault == StreamFault(.memory, "101 MiB in use, and memory-limit is 100 MiB"))
        #expect(story.on(report(102)).isEmpty, "once is enough")
        story.on(.exited("ended"))
        #expect(story.life.state == .retrying && story.life.restarts == [.memory: 1])
    }

    @Test("a live stream without frames is a stall, and its worker is drained, then killed")
    func stall() {
        var story = Story()
        story.play()
        story.frames(10, after: .seconds(3))
        #expect(story.life.deadline == .seconds(8))
        story.frames(10, after: .seconds(4))
        #expect(story.life.deadline == .seconds(8), "a report without a new frame is none")
        #expect(story.tick() == [.drain])
        #expect(story.life.lastFault?.reason == .stall)
        #expect(story.tick() == [.kill])
        #expect(story.now == .seconds(18))
        story.on(.exited("killed by signal 9"))
        #expect(story.life.state == .retrying && story.life.restarts == [.stall: 1], "its death is no crash")
    }

    @Test("a file may be slow, but not for ever")
    func slowFile() {
        var story = Story()
        story.on(.start)
        story.on(.report(.started(isLive: false)))
        story.frames(1)
        story.on(.tick, after: .seconds(31))
        #expect(story.life.state == .running)
        #expect(story.life.deadline == .seconds(60))
    }

    @Test("a worker without a first frame has failed to start")
    func noFirstFrame() {
        var story = Story()
        story.on(.start)
        #expect(story.tick() == [.drain])
        #expect(story.now == .seconds(20) && story.life.lastFault?.reason == .start)
    }

    @Test("a live end is a fault, and a file's end is the end")
    func ends() {
        var live = Story()
        live.play()
        live.on(.report(.ended))
        live.on(.exited("exit status 0"))
        #expect(live.life.state == .retrying && live.life.restarts == [.endOfStream: 1])

        var file = Story()
        file.on(.start)
        file.on(.report(.started(isLive: false)))
        file.frames(1)
        file.on(.report(.ended))
        file.on(.exited("exit status 0"))
        #expect(file.life.state == .stopped && file.life.lastFault == nil)
    }

    @Test("a file plays in a loop where it is to be restarted always")
    func loop() {
        var story = Story(StreamConfiguration(name: "a", source: .text("x"), restart: .always))
        story.on(.start)
        story.on(.report(.started(isLive: false)))
        story.on(.report(.ended), after: .seconds(2))
        #expect(story.on(.exited("exit status 0")) == [.launch])
        #expect(story.life.restarts.isEmpty)

        // One that ends at once is not begun more than once a second.
        story.on(.report(.started(isLive: false)))
        story.on(.report(.ended), after: .milliseconds(100))
        #expect(story.on(.exited("exit status 0"), after: .milliseconds(100)).isEmpty)
        #expect(story.life.state == .starting && story.life.nextAttempt == .seconds(3))
        #expect(story.tick() == [.launch])
        #expect(story.life.restarts.isEmpty)
        story.on(.report(.ended))
        story.on(.exited("exit status 0"))
        #expect(story.on(.stop).isEmpty)
        #expect(story.life.state == .stopped && story.life.deadline == nil)
    }

    @Test("a source that is lost while the output stays up counts as a restart, and the stream is degraded meanwhile")
    func lost() {
        var story = Story()
        story.play()
        story.on(.report(.lost(StreamFault(.source, "gone"))))
        #expect(story.life.restarts == [.source: 1] && story.life.lastFault?.detail == "gone")
        #expect(story.life.state == .running && story.life.hasWorker)
        story.frames(2, sourceLost: true)
        #expect(story.life.state == .degraded)
        story.frames(3)
        #expect(story.life.state == .running)
    }

    @Test("what is wrong with a pipeline stays wrong: it has failed until somebody starts it")
    func failed() {
        var story = Story()
        story.on(.start)
        story.on(.report(.fault(StreamFault(.pipeline, "no element \"x\""))))
        story.on(.exited("exit status 64"))
        #expect(story.life.state == .failed && story.life.deadline == nil)
        #expect(story.on(.start) == [.launch])

        var once = Story(StreamConfiguration(name: "a", source: .text("x"), restart: .never))
        once.play()
        once.on(.exited("killed by signal 11"))
        #expect(once.life.state == .failed)
    }

    @Test("the first fault counts, and none after a stop")
    func oneFault() {
        var story = Story()
        story.play()
        story.on(.report(.fault(StreamFault(.output, "no space left"))))
        story.on(.report(.fault(StreamFault(.element, "could not multiplex"))))
        story.on(.exited("killed by signal 11"))
        #expect(story.life.restarts == [.output: 1])

        var stopped = Story()
        stopped.play()
        stopped.on(.stop)
        stopped.on(.report(.fault(StreamFault(.source, "gone"))))
        stopped.on(.exited("exit status 74"))
        #expect(stopped.life.state == .stopped && stopped.life.lastFault == nil)
    }

    @Test("what goes wrong at a wished end is told, the echo of a fault is not, and a worker that gives up was killed")
    func wrongEnd() {
        func told(_ end: StreamLife.Input, _ fault: StreamFault) -> [StreamLife.Action] {
            var story = Story()
            story.play()
            story.on(end)
            return story.life.handle(.report(.fault(fault)), at: story.now, chance: 0.5)
        }
        let full = StreamFault(.output, "a.mkv: no space left on device")
        #expect(told(.stop, full) == [.tell(event: "warning", detail: "it did not end well: \(full.detail)")])
        #expect(told(.report(.fault(full)), StreamFault(.element, "could not multiplex")) == [])
        let late = StreamFault(.stall, "the stream did not end within 10 s")
        #expect(told(.stop, late) == [.tell(event: "killed", detail: late.detail), .kill])
    }

    @Test("time that the supervisor slept through is no stall: the worker gets its time anew")
    func overslept() {
        var story = Story()
        story.play()
        #expect(story.on(.tick, after: .seconds(8)) == [] && story.life.state == .running)
        #expect(story.life.deadline == .seconds(13))
        #expect(story.tick() == [.drain], "it gave no frame in that time either")
        #expect(story.on(.tick, after: .seconds(60)) == [])
        #expect(story.tick() == [.kill])

        var waiting = Story()
        waiting.play()
        waiting.on(.exited("killed by signal 9"))
        #expect(waiting.on(.tick, after: .seconds(3600)) == [] && waiting.tick() == [.launch])
    }

    @Test("a start while the old worker still drains waits for its end")
    func restartWhileDraining() {
        var story = Story()
        story.play()
        story.on(.stop)
        #expect(story.on(.start) == [])
        #expect(story.on(.exited("exit status 0")) == [.launch])
    }

    @Test("stopping while it waits for the next attempt ends the waiting")
    func stopWhileWaiting() {
        var story = Story()
        story.play()
        story.on(.exited("killed by signal 9"))
        story.on(.stop)
        #expect(story.life.state == .stopped && story.life.deadline == nil)
    }

    @Test("a lost source is a degraded stream, and no stall while the output goes on")
    func degraded() {
        var story = Story()
        story.play()
        story.frames(2, sourceLost: true, after: .seconds(1))
        #expect(story.life.state == .degraded)
        story.frames(3, after: .seconds(1))
        #expect(story.life.state == .running)
    }

    @Test("what its workers counted adds up")
    func totals() {
        var story = Story()
        story.play()
        story.frames(10)
        story.on(.exited("killed by signal 9"))
        story.tick()
        story.frames(5)
        #expect(story.life.stages.first?.counters["frames-out"] == 15)
    }
}
