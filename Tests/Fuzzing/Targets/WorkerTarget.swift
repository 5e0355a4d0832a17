@testable internal import Daemon
internal import FoundationEssentials
internal import Glibc

extension FuzzTarget {
    /// The lines that a worker tells, whose memory a decoder may have spoilt, and those that it is told.
    static let worker = FuzzTarget(name: "worker") { bytes in
        let whole = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
        expect(lines(of: bytes) == whole.map { Data($0) }, "every whole line is taken out, and nothing else")
        let told: [WorkerReport] = values(in: bytes, answering: WorkerRequest.drain)
        for report in told { checkCopy(of: report) }
        live(with: told)
        let asked: [WorkerRequest] = values(in: bytes, answering: WorkerReport.ended)
        for request in asked { checkCopy(of: request) }
    }

    private static func lines(of bytes: [UInt8]) -> [Data] {
        withPeer(saying: bytes) { descriptor in
            var buffer = LineBuffer()
            var lines: [Data] = []
            do {
                repeat {
                    while let line = try buffer.next() { lines.append(line) }
                } while buffer.fill(from: descriptor)
            } catch {
                expect(false, "no line here is too long: \(error)")
            }
            return lines
        }
    }

    private static func values<Outgoing: Encodable & Sendable, Incoming: Decodable & Sendable>(
        in bytes: [UInt8], answering: Outgoing
    ) -> [Incoming] {
        withPeer(saying: bytes) { descriptor in
            // The channel closes its descriptor.
            let channel = WorkerChannel<Outgoing, Incoming>(descriptor: dup(descriptor))
            var values: [Incoming] = []
            while true {
                do throws(WorkerChannelError) {
                    guard let value = try channel.receive() else { return values }
                    values.append(value)
                } catch {
                    expect(!error.detail.isEmpty, "a refusal says why")
                }
            }
        }
    }

    private static func checkCopy<Value: Codable & Equatable>(of value: Value) {
        do {
            let json = try JSONEncoder().encode(value)
            let copy = try JSONDecoder().decode(Value.self, from: json)
            expect(copy == value, "\(value) is written and read as \(copy)")
        } catch {
            expect(false, "\(value) is written and read: \(error)")
        }
    }

    /// A stream's life with these reports, twice, and all that is shown of it.
    private static func live(with reports: [WorkerReport]) {
        guard !reports.isEmpty else { return }
        var life = StreamLife(StreamConfiguration(name: "s", source: .text(""), restart: .always), at: .zero)
        var now = Duration.zero
        for _ in 0..<2 {
            _ = life.handle(.start, at: now, chance: 0.5)
            for report in reports {
                now += .milliseconds(500)
                _ = life.handle(.report(report), at: now, chance: 0.5)
                if let deadline = life.deadline { _ = life.handle(.tick, at: max(now, deadline), chance: 0.5) }
                show(life, at: now)
            }
            _ = life.handle(.exited("killed"), at: now, chance: 0.5)
            show(life, at: now)
        }
    }

    private static func show(_ life: StreamLife, at now: Duration) {
        var progress = life.progress
        for index in progress?.stages.indices ?? 0..<0 {
            progress?.stages[index].sinceLastFrame.map { progress?.stages[index].sinceLastFrame = $0 + now }
        }
        let status = StreamStatus(
            name: "s", state: life.state, since: now - life.since, isLive: life.isLive, restarts: life.restarts,
            lastFault: life.lastFault, nextAttempt: life.nextAttempt, worker: 1, progress: progress,
            stages: life.stages)
        let document = StreamDocument(status)
        _ = document.total("frames-in")
        _ = status.totals
        expect(!JSONText.encode(document).contains(UInt8(ascii: "\n")), "a stream is one line of JSON")
        let readiness = Readiness(of: [status, status], within: .seconds(10))
        expect(readiness.isReady == readiness.reasons.isEmpty, "it is ready unless there is a reason")
        let figures = DaemonFigures(version: "1", started: 0, now: 1_700_000_000)
        for line in MetricsText.text(of: [status], daemon: figures).split(separator: "\n") {
            expect(line.hasPrefix("# ") || line.last?.isNumber ?? false || line.hasSuffix("inf"), "\(line) is a sample")
        }
    }
}
