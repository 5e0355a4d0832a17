import Daemon
import Logging
import Testing

@Suite struct ChatterTests {
    private let start = ContinuousClock.now

    private func line(_ detail: String, of stream: String = "a") -> Chatter.Line {
        Chatter.Line(stream: stream, name: "log", detail: detail)
    }

    @Test("what is said again within a second is counted, and told at the second's end")
    func repeats() {
        let chatter = Talk()
        #expect(chatter.say(line("x"), at: start))
        #expect(chatter.due == nil && chatter.rest(at: start + .milliseconds(10)).isEmpty)
        for index in 1...3 { #expect(!chatter.say(line("x"), at: start + .milliseconds(100 * index))) }
        #expect(chatter.say(line("y"), at: start + .milliseconds(400)))
        #expect(chatter.due == start + .seconds(1))
        #expect(chatter.rest(at: start + .milliseconds(999)).isEmpty)
        #expect(chatter.rest(at: start + .seconds(1)) == [line("x (3 times more)")])
        #expect(chatter.due == nil)
    }

    @Test("what goes on and on is told once a second")
    func steady() {
        let chatter = Talk()
        var told = 0
        for index in 0..<100 {
            let now = start + .milliseconds(100 * index)
            if let due = chatter.due, due <= now { told += chatter.rest(at: now).count }
            if chatter.say(line("x"), at: now) { told += 1 }
        }
        #expect(told == 10, "once at the beginning, and at the end of nine seconds")
    }

    @Test("a second of silence later it is news again")
    func news() {
        let chatter = Talk()
        #expect(chatter.say(line("x"), at: start))
        #expect(!chatter.say(line("x"), at: start + .milliseconds(1)))
        #expect(chatter.rest(at: start + .seconds(1)) == [line("x (once more)")])
        #expect(!chatter.say(line("x"), at: start + .milliseconds(1500)), "it was told half a second ago")
        #expect(chatter.rest(at: start + .seconds(2)).count == 1)
        #expect(chatter.rest(at: start + .seconds(3)).isEmpty)
        #expect(chatter.say(line("x"), at: start + .seconds(4)))
    }

    @Test("a stream that floods is told so much of, and the rest counted; others are not concerned")
    func flood() {
        let chatter = Talk()
        let told = (0..<1000).count { chatter.say(line("\($0)"), at: start + .milliseconds($0 / 2)) }
        #expect(told == Chatter.mostLines)
        #expect(chatter.say(line("0", of: "b"), at: start))
        #expect(chatter.due == start + .seconds(1))
        let rest = chatter.rest(at: start + .seconds(1))
        #expect(rest == [line("\(1000 - Chatter.mostLines) more lines within a second are left out")])
        #expect(chatter.say(line("new"), at: start + .seconds(1)))
    }

    @Test("a budget of lines takes so many a second, and says how many it left out")
    func budget() {
        let budget = Budget()
        let taken = (0..<100).count { _ in budget.take(at: start).isTaken }
        #expect(taken == LineBudget.mostLines)
        #expect(budget.leftOut(at: start + .milliseconds(999)) == 0)
        let next = budget.take(at: start + .seconds(1))
        #expect(next.isTaken && next.leftOut == 100 - LineBudget.mostLines)
        #expect(budget.leftOut(at: start + .seconds(3)) == 0)
    }

    @Test("the journal tells a count by itself, though nothing follows", .timeLimit(.minutes(2)))
    func journal() async {
        let (lines, log) = AsyncStream.makeStream(of: String.self)
        let journal = Journal(logger: Logger(label: "test") { _ in Log(lines: log) })
        journal.hide(values: ["swordfish"])
        for _ in 0..<3 { journal.note("warning", of: "cam", "no swordfish today") }
        var heard = lines.makeAsyncIterator()
        #expect(await heard.next() == "cam: warning: no *** today")
        #expect(await heard.next() == "cam: warning: no *** today (2 times more)")
        for _ in 0..<3 { journal.note("restart", of: "cam", "again") }
        for _ in 0..<3 { #expect(await heard.next() == "cam: restart: again", "no chatter") }
    }
}

/// A `Chatter` that is asked within an expectation.
private final class Talk {
    private var chatter = Chatter()

    var due: ContinuousClock.Instant? { chatter.due }
    func say(_ line: Chatter.Line, at now: ContinuousClock.Instant) -> Bool { chatter.say(line, at: now) }
    func rest(at now: ContinuousClock.Instant) -> [Chatter.Line] { chatter.rest(at: now) }
}

/// A `LineBudget` that is asked within an expectation.
private final class Budget {
    private var budget = LineBudget()

    func take(at now: ContinuousClock.Instant) -> (isTaken: Bool, leftOut: Int) { budget.take(at: now) }
    func leftOut(at now: ContinuousClock.Instant) -> Int { budget.leftOut(at: now) }
}

/// Hands on lines as they are logged.
private struct Log: LogHandler {
    let lines: AsyncStream<String>.Continuation
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { lines.yield("\(event.message)") }
}
