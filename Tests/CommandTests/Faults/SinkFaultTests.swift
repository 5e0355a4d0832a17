import Daemon
import Foundation
import Glibc
import Testing

/// Sinks that take less than comes, or nothing.
@Suite("Slow and blocked sinks", .timeLimit(.minutes(3)), .serialized)
struct SinkFaultTests {
    private static let large = "width=640,height=480"

    /// Reads a FIFO slowly, on a thread of its own, until it ends.
    private func readSlowly(_ path: String) {
        DispatchQueue.global().async {
            let file = open(path, O_RDONLY)
            defer { close(file) }
            var bytes = [UInt8](repeating: 0, count: 256 << 10)
            while read(file, &bytes, bytes.count) > 0 { usleep(40_000) }
        }
    }

    @Test(
        "a live source is held back by a sink that is too slow, and counted; nothing is lost, and nothing piles up",
        arguments: ["identity sleep-time=80000 ! fakesink", "y4menc ! filesink location=${output}"])
    func slow(sink: String) throws {
        try withFolder { folder in
            let output = "\(folder)/fifo"
            if sink.contains("${output}") {
                try #require(mkfifo(output, 0o600) == 0)
                readSlowly(output)
            }
            let worker = try WorkerProgram(
                text: FaultDaemon.frames("videotestsrc is-live=true", size: Self.large) + " ! \(sink)",
                knobs: sink.contains("${output}") ? ["output": output] : [:])
            try worker.wait(for: "frames-out", toReach: 50)
            worker.send(.drain)
            let outcome = try worker.finish()
            #expect(outcome.hasEnded && outcome.faults.isEmpty && outcome.isBalanced, "\(outcome.reports)")
            #expect(outcome.counter("frames-in") == outcome.counter("frames-out"))
            #expect(try #require(outcome.counter("frames-held-back")) > 10, "\(outcome.stage?.counters ?? [:])")
            let progress = outcome.reports.compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
            for stage in progress.compactMap(\.stages.first) {
                #expect(stage.queued <= 4 && stage.held <= 8, "\(stage.queued) wait, \(stage.held) are held")
            }
            // At half the rate as many frames as came out would have piled up by now: 460 kB each.
            let sizes = progress.filter { $0.stages.first?.counters["frames-out", default: 0] ?? 0 > 20 }
                .map(\.residentMemory)
            let (first, last) = (try #require(sizes.first), try #require(sizes.last))
            #expect(last - first < 12 << 20, "\(sizes)")
        }
    }

    /// Listens on a loopback port, takes whoever comes, and never reads; until it is let go.
    private final class DeafPeer {
        let port: UInt16
        private let listener: Int32

        init() throws {
            listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let listener = listener
            let isBound = withUnsafeMutablePointer(to: &address) { address in
                address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    bind(listener, address, length) == 0 && listen(listener, 8) == 0
                        && getsockname(listener, address, &length) == 0
                }
            }
            port = address.sin_port.bigEndian
            // The kernel takes its callers; nobody reads what they send.
            try #require(isBound)
        }

        deinit { close(listener) }
    }

    @Test("streams whose sinks are blocked are ended in time, with one line each, and no other stream notices")
    func blocked() throws {
        try withFolder { folder in
            let peer = try DeafPeer()
            let (unopened, unread) = ("\(folder)/unopened", "\(folder)/unread")
            try #require(mkfifo(unopened, 0o600) == 0 && mkfifo(unread, 0o600) == 0)
            // Opened, so that a writer can open it too, and never read.
            let reader = open(unread, O_RDWR)
            defer { close(reader) }
            let frames = FaultDaemon.frames("videotestsrc is-live=true", size: Self.large)
            let limits = "stop-timeout: 1500ms, stall-timeout: 1h, start-timeout: 1h"
            let daemon = try FaultDaemon(
                [
                    "good": FaultDaemon.text(
                        FaultDaemon.live + FaultDaemon.encoder + " ! mp4mux ! filesink location=good.mp4"),
                    "unopened": FaultDaemon.text("\(frames) ! y4menc ! filesink location=\(unopened)", limits),
                    "unread": FaultDaemon.text("\(frames) ! y4menc ! filesink location=\(unread)", limits),
                    "deaf": FaultDaemon.text(
                        "\(frames) ! y4menc ! tcpclientsink host=127.0.0.1 port=\(peer.port)", limits),
                ], in: folder)
            try daemon.wait(for: " good: running")
            try daemon.wait(for: "frames-held-back", of: "unread", toReach: 1)
            try daemon.wait(for: "frames-held-back", of: "deaf", toReach: 1)
            let good = try daemon.worker(of: "good")

            // One of them alone.
            try daemon.control("stop", "unread")
            try daemon.wait(for: " unread: stopped")
            #expect(try daemon.show("unread").state == .stopped)
            #expect(try daemon.worker(of: "good") == good)

            let start = ContinuousClock.now
            let outcome = try daemon.end()
            // The daemon's own limit, 15 s, was not needed.
            #expect(ContinuousClock.now - start < .seconds(12))
            for stream in ["unopened", "unread", "deaf"] {
                #expect(outcome.lines(of: stream, "killed").count == 1, "\(outcome.errors)")
                #expect(outcome.lines(of: stream, "killed").first?.contains("did not end within 1.5 s") == true)
                #expect(outcome.lines(of: stream, "fault").isEmpty, "\(outcome.errors)")
                #expect(outcome.lines(of: stream, "stopped").count == 1)
            }
            #expect(outcome.lines(of: "good", "fault", "killed").isEmpty)
            #expect(try probe("\(folder)/good.mp4") > 0)
        }
    }

    @Test("a sink that blocks while the stream runs is a stall, and the stream is tried again")
    func stall() throws {
        try withFolder { folder in
            let fifo = "\(folder)/fifo"
            try #require(mkfifo(fifo, 0o600) == 0)
            let reader = open(fifo, O_RDWR)
            defer { close(reader) }
            let daemon = try FaultDaemon(
                [
                    "a": FaultDaemon.text(
                        FaultDaemon.frames("videotestsrc is-live=true", size: Self.large)
                            + " ! y4menc ! filesink location=\(fifo)",
                        "stop-timeout: 1s, stall-timeout: 1s")
                ], in: folder)
            try daemon.wait(for: " a: fault: stall: no frame for 1 s")
            try daemon.wait(for: " a: killed: ")
            try daemon.wait(for: " a: running", times: 2)
            let outcome = try daemon.end()
            #expect(outcome.lines(of: "a", "fault").count <= outcome.lines(of: "a", "started").count)
        }
    }
}
