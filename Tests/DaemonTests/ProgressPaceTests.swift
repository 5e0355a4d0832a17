import Daemon
import Testing

@Suite struct ProgressPaceTests {
    private let start = ContinuousClock.now

    private func progress(framesOut: UInt64, isSourceLost: Bool = false) -> WorkerProgress {
        let stage = WorkerProgress.Stage(element: "i", counters: ["frames-out": framesOut])
        return WorkerProgress(stages: [stage], isSourceLost: isSourceLost)
    }

    @Test("every look is told until frames come out, then one a second")
    func pace() {
        var pace = ProgressPace(stallTimeout: .seconds(5))
        let due = (0..<16).map { look in
            pace.isDue(progress(framesOut: look < 3 ? 0 : 7), at: start + ProgressPace.look * look)
        }
        #expect(due == (0..<16).map { [0, 1, 2, 3, 7, 11, 15].contains($0) })
    }

    @Test("a stall that counts after a second is not mistaken for a rest")
    func short() {
        var pace = ProgressPace(stallTimeout: .seconds(1))
        let due = (0..<4).map { look in
            pace.isDue(progress(framesOut: 7), at: start + ProgressPace.look * look)
        }
        #expect(due == [true, true, true, true])
    }

    @Test("a source that goes or comes back is told at once")
    func source() {
        var pace = ProgressPace(stallTimeout: .seconds(5))
        let lost = [false, false, true, true, false, false]
        let due = lost.enumerated().map { look, isLost in
            pace.isDue(progress(framesOut: 1, isSourceLost: isLost), at: start + ProgressPace.look * look)
        }
        #expect(due == [true, false, true, false, true, false])
    }
}
