import CGStreamer
import Frames
import MediaGraph
import Synchronization

/// What a filter was asked to do, and the brakes a test puts on it.
final class Journal: Sendable {
    private struct State {
        var lines: [String] = []
        var isBlocked = false
        var sends = 0
        var threadName = ""
    }
    private let state = Monitor(State())
    private static let all = Mutex([String: Journal]())

    /// The journal of the filter whose element has this name set as `journal`.
    static func named(_ name: String) -> Journal {
        all.withLock { all in
            if let journal = all[name] { return journal }
            let journal = Journal()
            all[name] = journal
            return journal
        }
    }

    var lines: [String] { state.read { $0.lines } }

    func note(_ line: String) { state.change { $0.lines.append(line) } }

    /// While blocked, the filter stays in `send`.
    func block(_ isBlocked: Bool) { state.change { $0.isBlocked = isBlocked } }

    /// The name of the thread that called `send` last.
    var threadName: String { state.read { $0.threadName } }

    func enterSend() {
        var name = [CChar](repeating: 0, count: 16)
        media_read_thread_name(&name, name.count)
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        state.change { state in
            state.sends += 1
            state.threadName = text
        }
        state.wait { state in state.isBlocked ? nil : () }
    }

    func waitForSends(_ count: Int) { state.wait { state in state.sends >= count ? () : nil } }

    func waitForLine(_ line: String) { state.wait { state in state.lines.contains(line) ? () : nil } }
}

/// An element whose filter does what its properties say.
final class TestElement: StageElement {
    static let description = ElementDescription(
        factoryName: "teststage", longName: "Test stage", classification: "Filter/Effect/Video",
        blurb: "Does what a test asks", author: "inpaintd")

    static let properties = [
        ElementProperty(
            name: "work", nick: "Work", blurb: "What is done to each frame",
            kind: .choice(
                [
                    .init(value: 0, name: "identity", blurb: "Nothing"),
                    .init(value: 1, name: "invert", blurb: "Every byte of a 16x16 corner is inverted"),
                    .init(value: 2, name: "touch", blurb: "Maps for writing and writes nothing"),
                    .init(value: 3, name: "fail", blurb: "Throws on the third frame"),
                    .init(value: 4, name: "refuse", blurb: "Throws when made"),
                    .init(value: 5, name: "misconfigure", blurb: "Throws when configured"),
                    .init(value: 6, name: "fill", blurb: "Says that every hole was filled"),
                ], default: "identity"), access: .readWrite(.ready)),
        ElementProperty(
            name: "delay", nick: "Delay", blurb: "Frames held back",
            kind: .integer(range: 0...100, default: 0), access: .readWrite(.ready)),
        ElementProperty(
            name: "budget", nick: "Budget", blurb: "Milliseconds promised on live input; 0 for no promise",
            kind: .integer(range: 0...10000, default: 0), access: .readWrite(.ready)),
        ElementProperty(
            name: "tolerance", nick: "Tolerance", blurb: "Milliseconds between a mask and its frame; 0 for no limit",
            kind: .integer(range: 0...10000, default: 0), access: .readWrite(.ready)),
        ElementProperty(
            name: "journal", nick: "Journal", blurb: "Name of the journal", kind: .string(default: nil),
            access: .readWrite(.playing)),
        ElementProperty(
            name: "loud", nick: "Loud", blurb: "Does nothing", kind: .boolean(default: true),
            access: .readWrite(.playing)),
        ElementProperty(
            name: "stats", nick: "Statistics", blurb: "What was counted", kind: .structure, access: .readOnly),
    ]

    let counters = StageCounters()
    private let values = Mutex<[String: PropertyValue]>([
        "work": .choice("identity"), "delay": .integer(0), "budget": .integer(0), "tolerance": .integer(0),
        "journal": .string(nil), "loud": .boolean(true),
    ])

    func setProperty(_ name: String, to value: PropertyValue) {
        values.withLock { $0[name] = value }
    }

    func property(_ name: String) -> PropertyValue {
        if name == "stats" {
            return .structure(
                name: "stats",
                fields: StageCounters.Counter.allCases.map { ($0.rawValue, .integer(Int(counters[$0]))) })
        }
        return values.withLock { $0[name] ?? .string(nil) }
    }

    func makeFilter(notice: @escaping (String) -> Void) throws -> any FrameFilter {
        guard case .choice(let work) = property("work"), case .integer(let delay) = property("delay"),
            case .integer(let budget) = property("budget"), case .integer(let tolerance) = property("tolerance"),
            case .string(let journal) = property("journal")
        else { preconditionFailure("the properties are of these kinds") }
        if work == "refuse" {
            throw FrameError(
                .notFound, subject: "weights.pth", detail: "cannot be opened", underlying: "No such file or directory")
        }
        return TestFilter(
            work: work, delay: delay, budget: budget, tolerance: tolerance, journal: .named(journal ?? "nobody"))
    }
}

final class TestFilter: FrameFilter {
    let delay: Int
    var latencyFrames: Int { delay }
    let latencyBudget: Timestamp?
    let maskTolerance: Timestamp?
    private let work: String
    private let journal: Journal
    private var waiting: [Frame] = []
    private var done: [Frame] = []
    private var count = 0

    init(work: String, delay: Int, budget: Int, tolerance: Int, journal: Journal) {
        self.work = work
        self.delay = delay
        latencyBudget = Self.milliseconds(budget)
        maskTolerance = Self.milliseconds(tolerance)
        self.journal = journal
    }

    private static func milliseconds(_ count: Int) -> Timestamp? {
        count > 0 ? Timestamp(nanoseconds: UInt64(count) * 1_000_000) : nil
    }

    func configure(_ layout: FrameLayout, isLive: Bool) throws {
        journal.note("configure \(layout.format.rawValue) \(layout.width)x\(layout.height)\(isLive ? " live" : "")")
        if work == "misconfigure" {
            throw FrameError(.badSetting, subject: "region", detail: "0,0,9999,9999 lies outside the frame")
        }
    }

    func send(_ frame: Frame, mask: GrayImage?) throws {
        journal.enterSend()
        let time = frame.pts.map { "\($0.nanoseconds / 1_000_000)" } ?? "-"
        let picture = mask.map { " mask \($0.width)x\($0.height) \($0.pixels.first ?? 0)" } ?? ""
        journal.note("send \(time)\(picture)")
        count += 1
        if work == "fail", count == 3 {
            throw FrameError(.badData, subject: "network", detail: "gave up on frame 3")
        }
        waiting.append(frame)
        while waiting.count > delay { try finish(waiting.removeFirst()) }
    }

    func receive() throws -> Frame? { done.isEmpty ? nil : done.removeFirst() }

    func drain() throws {
        journal.note("drain")
        while !waiting.isEmpty { try finish(waiting.removeFirst()) }
    }

    func flush() {
        journal.note("flush")
        waiting.removeAll()
        done.removeAll()
    }

    private func finish(_ frame: Frame) throws {
        var frame = frame
        switch work {
        case "fill":
            frame.rung = .full
        case "touch":
            try frame.storage.write { _ in }
        case "invert":
            try frame.storage.write { planes in
                for (component, plane) in frame.layout.format.components.map({ ($0, planes[$0.plane]) }) {
                    invertCorner(component, plane)
                }
            }
        default:
            break
        }
        done.append(frame)
    }

    private func invertCorner(_ component: PixelFormat.Component, _ plane: Plane) {
        for y in 0..<component.rows(ofHeight: 16) {
            for x in 0..<component.columns(ofWidth: 16) {
                let sample = plane.base + y * plane.strideBytes + component.offsetBytes + x * component.stepBytes
                for byte in 0..<component.bytesPerSample {
                    let pointer = (sample + byte).assumingMemoryBound(to: UInt8.self)
                    pointer.pointee = ~pointer.pointee
                }
            }
        }
    }
}
