import Frames
import Testing

@Suite struct PTSJoinTests {
    private static let frame = Timestamp(nanoseconds: 40)

    private func ns(_ value: UInt64) -> Timestamp { Timestamp(nanoseconds: value) }

    /// The match as text: the value, `?` behind it while it may still change, `-` for none.
    private func match(_ join: inout PTSJoin<String>, at time: UInt64, frame: Timestamp? = frame) -> String {
        switch join.match(at: ns(time), frameDuration: frame) {
        case .found(let value): value ?? "-"
        case .pending(let held): (held ?? "-") + "?"
        case .tooFar: "too far"
        }
    }

    @Test("streams of one rate pair frame by frame without waiting for the next value")
    func sameRate() {
        var join = PTSJoin<String>(capacity: 4)
        for (index, name) in ["a", "b", "c"].enumerated() {
            join.add(name, at: ns(UInt64(index) * 40), duration: Self.frame)
            #expect(match(&join, at: UInt64(index) * 40) == name)
        }
    }

    @Test("values that come all before the frames pair the same")
    func valuesFirst() {
        var join = PTSJoin<String>(capacity: 8)
        for (index, name) in ["a", "b", "c"].enumerated() {
            join.add(name, at: ns(UInt64(index) * 40), duration: Self.frame)
        }
        #expect(match(&join, at: 0) == "a")
        #expect(match(&join, at: 40) == "b")
        #expect(match(&join, at: 80) == "c")
        #expect(match(&join, at: 120) == "c?")
    }

    @Test("a frame that comes first waits until the stream has reached it")
    func frameFirst() {
        var join = PTSJoin<String>(capacity: 4)
        #expect(match(&join, at: 80) == "-?")
        join.add("a", at: ns(0), duration: Self.frame)
        #expect(match(&join, at: 80) == "a?")
        join.add("b", at: ns(80), duration: Self.frame)
        #expect(match(&join, at: 80) == "b")
    }

    @Test(
        "a value up to half a frame late belongs to the frame, a later one does not", arguments: [(20, "b"), (21, "a")])
    func halfAFrame(late: UInt64, expected: String) {
        var join = PTSJoin<String>(capacity: 4)
        join.add("a", at: ns(0), duration: Self.frame)
        join.add("b", at: ns(40 + late), duration: Self.frame)
        #expect(match(&join, at: 40) == expected)
    }

    @Test("values without durations pair as if they lasted a frame")
    func withoutDurations() {
        var join = PTSJoin<String>(capacity: 4)
        join.add("a", at: ns(0), duration: nil)
        #expect(match(&join, at: 0) == "a")
        #expect(match(&join, at: 40) == "a?")
        join.add("b", at: ns(40), duration: nil)
        #expect(match(&join, at: 40) == "b")
    }

    @Test("a slow stream's value is held until the next one")
    func slowStream() {
        var join = PTSJoin<String>(capacity: 4)
        join.add("a", at: ns(0), duration: ns(160))
        #expect(match(&join, at: 0) == "a")
        #expect(match(&join, at: 80) == "a")
        #expect(match(&join, at: 160) == "a?")
        join.add("b", at: ns(160), duration: ns(160))
        #expect(match(&join, at: 160) == "b")
    }

    @Test("a fast stream's older values are passed over")
    func fastStream() {
        var join = PTSJoin<String>(capacity: 8)
        for index in 0..<6 { join.add("\(index)", at: ns(UInt64(index) * 10), duration: ns(10)) }
        #expect(match(&join, at: 20) == "4")
        join.add("6", at: ns(60), duration: ns(10))
        join.add("7", at: ns(70), duration: ns(20))
        #expect(match(&join, at: 60) == "7")
    }

    @Test("a gap says that nothing better comes")
    func gap() {
        var join = PTSJoin<String>(capacity: 4)
        join.add("a", at: ns(0), duration: Self.frame)
        #expect(match(&join, at: 40) == "a?")
        join.skip(to: ns(200))
        #expect(match(&join, at: 40) == "a")
        #expect(match(&join, at: 160) == "a")
    }

    @Test("after the end the last value is held, and no frame waits")
    func end() {
        var join = PTSJoin<String>(capacity: 4)
        join.add("a", at: ns(0), duration: Self.frame)
        join.end()
        #expect(match(&join, at: 0) == "a")
        #expect(match(&join, at: 4000) == "a")
    }

    @Test("a stream that ended without a value gives none")
    func emptyStream() {
        var join = PTSJoin<String>(capacity: 4)
        join.end()
        #expect(match(&join, at: 0) == "-")
    }

    @Test("a flush forgets what is to come and keeps what is held")
    func flush() {
        var join = PTSJoin<String>(capacity: 4)
        join.add("a", at: ns(0), duration: Self.frame)
        join.add("b", at: ns(40), duration: Self.frame)
        #expect(match(&join, at: 0) == "a")
        join.flush()
        #expect(match(&join, at: 40) == "a?")
        join.add("c", at: ns(40), duration: Self.frame)
        #expect(match(&join, at: 40) == "c")
    }

    @Test(
        "within a tolerance the nearest value is taken, on either side, and what is further away is not its own"
    )
    func tolerance() {
        func match(_ join: inout PTSJoin<String>, at time: UInt64) -> String {
            switch join.match(at: ns(time), frameDuration: Self.frame, tolerance: ns(60)) {
            case .found(let value): value ?? "-"
            case .tooFar(let held): "\(held ?? "-")!"
            case .pending(let held): "\(held ?? "-")?"
            }
        }
        var join = PTSJoin<String>(capacity: 4)
        #expect(match(&join, at: 0) == "-?")
        join.add("a", at: ns(50), duration: nil)
        #expect(match(&join, at: 0) == "a", "50 after it is near enough")
        #expect(match(&join, at: 40) == "a", "none that comes can be nearer")
        #expect(match(&join, at: 80) == "a?")
        join.add("b", at: ns(130), duration: nil)
        #expect(match(&join, at: 80) == "a", "30 before it is nearer than 50 after it")
        #expect(match(&join, at: 120) == "b")
        #expect(match(&join, at: 160) == "b?")
        join.skip(to: ns(400))
        #expect(match(&join, at: 160) == "b")
        #expect(match(&join, at: 200) == "b!")
        join.flush()
        join.end()
        #expect(match(&join, at: 200) == "b!", "its time was on another time line")
    }

    @Test("a tolerance of many frames makes no frame wait that has a value of its own time")
    func wideTolerance() {
        var join = PTSJoin<String>(capacity: 4)
        for (index, name) in ["a", "b", "c"].enumerated() {
            join.add(name, at: ns(UInt64(index) * 40), duration: Self.frame)
            guard
                case .found(name) = join.match(
                    at: ns(UInt64(index) * 40), frameDuration: Self.frame, tolerance: ns(4000))
            else {
                Issue.record("frame \(index) does not get \(name) at once")
                return
            }
        }
    }

    @Test("values out of order are put in order")
    func outOfOrder() {
        var join = PTSJoin<String>(capacity: 4)
        join.add("b", at: ns(40), duration: Self.frame)
        join.add("a", at: ns(0), duration: Self.frame)
        #expect(match(&join, at: 0) == "a")
        #expect(match(&join, at: 40) == "b?")
        join.end()
        #expect(match(&join, at: 40) == "b")
    }

    @Test("it is full at its capacity, and a frame makes room")
    func capacity() {
        var join = PTSJoin<String>(capacity: 2)
        #expect(!join.isFull)
        join.add("a", at: ns(0), duration: Self.frame)
        join.add("b", at: ns(40), duration: Self.frame)
        #expect(join.isFull)
        #expect(match(&join, at: 0) == "a")
        #expect(!join.isFull)
    }
}
