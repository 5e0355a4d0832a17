import Daemon
import Dispatch
import Foundation
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1))) struct WorkerChannelTests {
    typealias Requests = WorkerChannel<WorkerRequest, WorkerReport>
    typealias Reports = WorkerChannel<WorkerReport, WorkerRequest>

    @Test("what is sent on one end is received on the other, both ways and in order")
    func bothWays() throws {
        let (one, other) = pair()
        let (supervisor, worker) = (Requests(descriptor: one), Reports(descriptor: other))
        let stream = StreamConfiguration(name: "yard", source: .text("a ! b"), knobs: ["url": "rtsp://u:p@h/\n\"ü"])
        #expect(supervisor.send(.play(stream)))
        #expect(supervisor.send(.graph(id: 7)))
        #expect(try worker.receive() == .play(stream))
        #expect(try worker.receive() == .graph(id: 7))
        #expect(worker.send(.fault(StreamFault(.endOfStream, "gone"))))
        #expect(try supervisor.receive() == .fault(StreamFault(.endOfStream, "gone")))
    }

    @Test("a line that comes byte by byte is one value, and two that come at once are two")
    func halfLines() throws {
        let (one, other) = pair()
        defer { close(one) }
        let worker = Reports(descriptor: other)
        let thread = Background {
            for byte in Array("{\"drain\":{}}\n{\"graph\":{\"id\":1}}\n".utf8) { write(one, [byte]) }
        }
        #expect(try worker.receive() == .drain)
        #expect(try worker.receive() == .graph(id: 1))
        thread.join()
        write(one, Array("{\"graph\":{\"id\":2}}\n{\"graph\":{\"id\":3}}\n".utf8))
        #expect(try worker.receive() == .graph(id: 2))
        #expect(try worker.receive() == .graph(id: 3))
    }

    @Test("a line that is no value is an error, and the next one is received")
    func nonsense() throws {
        let (one, other) = pair()
        defer { close(one) }
        let worker = Reports(descriptor: other)
        write(one, Array("{\"dance\":{}}\n\n{\"drain\":{}}\n".utf8))
        #expect(throws: WorkerChannelError.self) { try worker.receive() }
        #expect(throws: WorkerChannelError.self) { try worker.receive() }
        #expect(try worker.receive() == .drain)
    }

    @Test("counts that no worker has made are refused")
    func spoiltProgress() throws {
        let (one, other) = pair()
        defer { close(one) }
        let supervisor = Requests(descriptor: other)
        let progress = WorkerProgress(stages: [.init(element: "inpaint0", sinceLastFrame: .milliseconds(1))])
        let report = try JSONEncoder().encode(WorkerReport.progress(progress))
        let line = String(decoding: report, as: UTF8.self)
        for (part, spoilt) in [
            ("[0,0,0,0,0,0,0,0,0,0,0,0,0]", "[]"), ("\"sum\":0", "\"sum\":1e300"), ("\"sum\":0", "\"sum\":-1"),
            ("[0,1000000000000000]", "[9223372036854775807,0]"), ("[0,1000000000000000]", "[-1,0]"),
        ] {
            try #require(line.contains(part), "\(line)")
            write(one, Array((line.replacing(part, with: spoilt) + "\n").utf8))
            #expect(throws: WorkerChannelError.self, "\(spoilt)") { try supervisor.receive() }
        }
        write(one, Array((line + "\n").utf8))
        #expect(try supervisor.receive() == .progress(progress))
    }

    @Test("counts beyond all numbers add up to something, and can be shown")
    func greatCounts() {
        let counts = [UInt64](repeating: .max, count: DurationHistogram.bounds.count + 1)
        let great = DurationHistogram(counts: counts, sum: 1)
        let stage = WorkerProgress.Stage(
            element: "inpaint0", counters: ["frames-in": .max], latency: great, inference: great)
        var totals: [StageTotals] = []
        for _ in 0..<3 { totals.add(WorkerProgress(stages: [stage, stage])) }
        let status = StreamStatus(name: "s", state: .running, stages: totals + totals)
        #expect(status.totals.keys.contains("frames-in"))
        #expect(StreamDocument(status).stages.count == 2)
        #expect(StreamDocument(status).total("frames-in") <= .max)
        let figures = DaemonFigures(version: "1", started: 0, now: 0)
        #expect(MetricsText.text(of: [status], daemon: figures).contains("inpaintd_frames_in_total"))
    }

    @Test("a line of 1 MiB passes, a longer one is an error and the end")
    func longLines() throws {
        let longest = 1 << 20
        let shell = "{\"event\":{\"name\":\"\",\"detail\":\"\"}}".utf8.count
        for (bytes, isTaken) in [(longest, true), (longest + 1, false)] {
            let (one, other) = pair()
            let (supervisor, worker) = (Requests(descriptor: one), Reports(descriptor: other))
            let detail = String(repeating: "x", count: bytes - shell)
            let thread = Background {
                worker.send(.event(name: "", detail: detail))
                worker.send(.ended)
            }
            if isTaken {
                #expect(try supervisor.receive() == .event(name: "", detail: detail))
                #expect(try supervisor.receive() == .ended)
            } else {
                #expect(throws: WorkerChannelError.self) { try supervisor.receive() }
                #expect(try supervisor.receive() == nil)
            }
            supervisor.close()
            thread.join()
        }
    }

    @Test("the other side's going is the end, also within a line and with unread bytes, and sending says so")
    func end() throws {
        let (one, other) = pair()
        let worker = Reports(descriptor: other)
        #expect(worker.send(.ended))
        write(one, Array("{\"drain\":{}}\n{\"dra".utf8))
        close(one)
        #expect(try worker.receive() == .drain)
        #expect(try worker.receive() == nil)
        #expect(try worker.receive() == nil)
        // With SIGPIPE this would be the end of the tests.
        #expect(!worker.send(.ended))
        #expect(!worker.send(.ended))
    }

    @Test("closing wakes the thread that receives")
    func closing() throws {
        let (one, other) = pair()
        defer { close(one) }
        let worker = Reports(descriptor: other)
        let thread = Background { worker.close() }
        #expect(try worker.receive() == nil)
        thread.join()
    }

    @Test("lines of threads that send at once are never mixed")
    func concurrent() throws {
        let (one, other) = pair()
        let (supervisor, worker) = (Requests(descriptor: one), Reports(descriptor: other))
        // Longer than a socket's buffer, so that a line goes out in parts.
        let details = ["a", "b", "c"].map { String(repeating: $0, count: 300_000) }
        let count = 20
        let threads = details.map { detail in
            Background { for _ in 0..<count { worker.send(.event(name: "", detail: detail)) } }
        }
        var seen: [String: Int] = [:]
        for _ in 0..<details.count * count {
            guard case .event(_, let detail) = try supervisor.receive() else { break }
            seen[detail, default: 0] += 1
        }
        #expect(seen == Dictionary(uniqueKeysWithValues: details.map { ($0, count) }))
        for thread in threads { thread.join() }
    }

    private func pair() -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        precondition(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0, "a socket pair can be made")
        return (ends[0], ends[1])
    }

    private func write(_ descriptor: Int32, _ bytes: [UInt8]) {
        #expect(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }
}

/// A thread of its own that can be waited for.
private struct Background {
    private let done = DispatchSemaphore(value: 0)

    init(_ body: @escaping @Sendable () -> Void) {
        let done = done
        DispatchQueue(label: "background").async {
            body()
            done.signal()
        }
    }

    func join() { done.wait() }
}
