import Daemon
import Foundation
import Testing

/// Many streams for a long time, with workers that are killed at random. `scripts/soak` gives it the time.
@Suite("soak", .serialized)
struct SoakTests {
    /// How long it lasts. Units: minutes.
    private static let minutes = ProcessInfo.processInfo.environment["INPAINTD_SOAK_MINUTES"].flatMap { Double($0) }
    private static let streams = 16

    /// A daemon of many small live streams, each with a detail in its name that tells which it is.
    private struct Daemon {
        let program: Program
        let client: ControlClient

        init(in folder: String) throws {
            let streams = (0..<SoakTests.streams).map { index in
                """
                  s\(index):
                    text: >-
                      \(WorkerProgram.live.replacing("framerate=25/1", with: "framerate=10/1"))
                      ! fakesink sync=true
                    knobs: {weights: \(WorkerProgram.weights)}
                """
            }
            let text = "control: {socket: \(folder)/control.sock}\nstreams:\n\(streams.joined(separator: "\n"))\n"
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/c.yaml"))
            // What GStreamer objects are left when a worker has ended is told in its log.
            program = try Program(
                ["serve", "--config", "\(folder)/c.yaml"],
                environment: ["GST_TRACERS": "leaks", "GST_DEBUG": "GST_TRACER:7"])
            client = ControlClient(socket: "\(folder)/control.sock")
            try program.wait(for: "ready, \(SoakTests.streams) streams")
        }

        func streams() throws -> [StreamDocument] {
            try JSONDecoder().decode([StreamDocument].self, from: Data(client.send(.list)))
        }

        /// A figure of the daemon itself.
        func figure(_ name: String) throws -> Double {
            let text = String(decoding: try client.send(.metrics), as: UTF8.self)
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
            return try #require(line.flatMap { Double($0.split(separator: " ")[1]) }, "\(name)")
        }

        /// Waits until every stream runs; how long that took.
        func untilAllRun() throws -> Duration {
            let start = ContinuousClock.now
            while ContinuousClock.now - start < .seconds(50) {
                if try streams().allSatisfy({ $0.state == .running }) { return ContinuousClock.now - start }
                usleep(20_000)
            }
            throw Child.Timeout(description: "not all streams run: \(try streams().map(\.state))")
        }
    }

    /// A line through measurements of a thing, by least squares.
    private struct Trend {
        private var points: [(hours: Double, value: Double)] = []

        mutating func add(_ value: Double, after elapsed: Duration) {
            points.append((elapsed / .seconds(3600), value))
        }

        /// How much more there is an hour.
        var slope: Double {
            let n = Double(points.count)
            let (x, y) = (points.map(\.hours).reduce(0, +) / n, points.map(\.value).reduce(0, +) / n)
            let spread = points.map { ($0.hours - x) * ($0.hours - x) }.reduce(0, +)
            return spread == 0 ? 0 : points.map { ($0.hours - x) * ($0.value - y) }.reduce(0, +) / spread
        }

        var first: Double { points.first?.value ?? 0 }
        var last: Double { points.last?.value ?? 0 }
    }

    @Test("sixteen streams are all there soon after the start, and the daemon itself does next to nothing")
    func start() throws {
        try withFolder { folder in
            let begin = ContinuousClock.now
            let daemon = try Daemon(in: folder)
            _ = try daemon.untilAllRun()
            let took = ContinuousClock.now - begin
            // Nobody asks it anything meanwhile.
            let (before, watched) = (try daemon.figure("process_cpu_seconds_total"), ContinuousClock.now)
            let frames = try daemon.streams().map { $0.total("frames-out") }
            sleep(Self.minutes == nil ? 5 : 60)
            #expect(try zip(daemon.streams(), frames).allSatisfy { $0.total("frames-out") > $1 })
            let share =
                (try daemon.figure("process_cpu_seconds_total") - before)
                / ((ContinuousClock.now - watched) / .seconds(1))
            print(
                "soak: \(Self.streams) streams run \(took) after the start; the daemon takes \(100 * share) % of a core"
            )
            daemon.program.send(SIGTERM)
            let outcome = try daemon.program.finish()
            #expect(outcome.status == 0)
            // Whether it is fast is for a machine with nothing else to do: see `scripts/soak`.
            if Self.minutes != nil {
                #expect(took < .seconds(5))
                #expect(share < 0.01)
            }
        }
    }

    @Test(
        "memory, threads and descriptors stay as they are while workers are killed, and every stream comes back",
        .enabled(if: minutes != nil, "INPAINTD_SOAK_MINUTES is not set: scripts/soak does this"))
    func soak() throws {
        let length = Duration.seconds(60 * (Self.minutes ?? 0))
        try withFolder { folder in
            let daemon = try Daemon(in: folder)
            _ = try daemon.untilAllRun()
            let begin = ContinuousClock.now
            var (memory, threads, descriptors, workers) = (Trend(), Trend(), Trend(), Trend())
            var recoveries: [Duration] = []
            var killed: [String: (worker: Int32, at: ContinuousClock.Instant)] = [:]
            var numbers = SystemRandomNumberGenerator()
            var (nextKill, nextLook) = (begin, begin)

            while ContinuousClock.now - begin < length {
                let streams = try daemon.streams()
                let now = ContinuousClock.now
                for stream in streams where stream.state == .running && stream.worker != nil {
                    guard let kill = killed[stream.name], stream.worker?.process != kill.worker else { continue }
                    recoveries.append(now - kill.at)
                    killed[stream.name] = nil
                }
                #expect(
                    killed.values.allSatisfy { now - $0.at < .seconds(80) }, "a stream does not come back: \(killed)")
                if now >= nextKill,
                    let victim = streams.filter({ killed[$0.name] == nil }).randomElement(using: &numbers),
                    victim.state == .running, let worker = victim.worker?.process
                {
                    kill(worker, SIGKILL)
                    killed[victim.name] = (worker, now)
                    nextKill = now + .milliseconds(.random(in: 500...6000, using: &numbers))
                }
                // The first minute is for what is made once.
                if now >= nextLook, now - begin > min(.seconds(60), length / 4) {
                    memory.add(try daemon.figure("process_resident_memory_bytes") / 1024, after: now - begin)
                    threads.add(try daemon.figure("process_threads"), after: now - begin)
                    let away = Double(streams.count { $0.worker == nil })
                    // Each worker has two descriptors here.
                    descriptors.add(try daemon.figure("process_open_fds") + 2 * away, after: now - begin)
                    let sizes = streams.compactMap { $0.worker?.residentMemory }.sorted()
                    if !sizes.isEmpty { workers.add(Double(sizes[sizes.count / 2]) / 1024, after: now - begin) }
                    nextLook = now + .seconds(5)
                }
                usleep(50_000)
            }

            _ = try daemon.untilAllRun()
            let share = try daemon.figure("process_cpu_seconds_total") / ((ContinuousClock.now - begin) / .seconds(1))
            let totals = try daemon.streams()
            daemon.program.send(SIGTERM)
            let outcome = try daemon.program.finish()
            recoveries.sort()
            let p = { (share: Double) in recoveries[Int(Double(recoveries.count - 1) * share)] / .seconds(1) }
            print(
                """
                soak: \(Self.streams) streams, \(length / .seconds(60)) minutes, \(recoveries.count) kills
                soak: recovery p50 \(p(0.5)) s, p99 \(p(0.99)) s, longest \(p(1)) s
                soak: daemon's memory \(memory.first) to \(memory.last) KiB, \(memory.slope) KiB an hour
                soak: daemon's threads \(threads.first) to \(threads.last), \(threads.slope) an hour
                soak: daemon's descriptors \(descriptors.first) to \(descriptors.last), \(descriptors.slope) an hour
                soak: a worker's memory \(workers.first) to \(workers.last) KiB, \(workers.slope) KiB an hour
                soak: the daemon takes \(100 * share) % of a core, asked for its streams twenty times a second
                """)
            #expect(outcome.status == 0)
            #expect(
                !outcome.errors.contains("object-alive, type-name=(string)Gst"),
                "GStreamer objects are left: \(outcome.errors.suffix(4000))")
            #expect(recoveries.count > Int(Self.minutes ?? 0) * 10)
            #expect(totals.reduce(0) { $0 + ($1.restarts["crash"] ?? 0) } >= recoveries.count)
            #expect(memory.last - memory.first < 2048 && threads.last <= threads.first + 34)
            #expect(abs(descriptors.last - descriptors.first) <= 8)
        }
    }
}
