import Foundation
import Testing

/// `inpaintd serve` as a service manager sees it: what it says at the socket that `NOTIFY_SOCKET` names.
@Suite(.serialized) struct ServiceManagerTests {
    private static let live =
        "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=25/1 ! inpaint mask=rect:8,8,16,8"

    private func configure(_ text: String, in folder: String) throws {
        let text = "control: {socket: \(folder)/run/control.sock}\nstop-timeout: 7s\nstreams:\n  \(text)\n"
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/c.yaml"))
    }

    private static let stream = "a: {text: \"\(live) ! fakesink sync=true\"}"

    /// Plays the service manager for a daemon with one stream.
    private func withDaemon(
        socket: String? = nil, environment: [String: String] = [:],
        _ body: (String, NoticeSocket, Program) throws -> Void
    ) throws {
        try withFolder { folder in
            try configure(Self.stream, in: folder)
            let manager = try NoticeSocket(socket ?? "\(folder)/notify")
            defer { manager.close() }
            let daemon = try Program(
                ["serve", "--config", "\(folder)/c.yaml"],
                environment: environment.merging(["NOTIFY_SOCKET": manager.name]) { $1 })
            // Nothing is left behind where the test ends early; a daemon that has ended hears nothing.
            defer { daemon.send(SIGKILL) }
            try body(folder, manager, daemon)
        }
    }

    private func microseconds() -> Int {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return now.tv_sec * 1_000_000 + now.tv_nsec / 1000
    }

    @Test("READY once the streams are begun, WATCHDOG while they run, and STOPPING with the time that it may take")
    func life() throws {
        try withDaemon(environment: ["WATCHDOG_USEC": "200000"]) { _, manager, daemon in
            let ready = try manager.wait { $0["READY"] == "1" }
            #expect(manager.all[..<ready].allSatisfy { $0["WATCHDOG"] == nil && $0["STOPPING"] == nil })
            #expect(try daemon.children().count == 1, "the stream's worker is there when READY comes")

            let running = try manager.wait { $0["STATUS"] == "1 of 1 streams are running" }
            var beat = running
            for _ in 0..<3 { beat = try manager.wait(from: beat + 1) { $0["WATCHDOG"] == "1" } }

            daemon.send(SIGTERM)
            let stopping = try manager.wait { $0["STOPPING"] == "1" }
            // The configuration's 7 s, and 5 s to be gone.
            #expect(manager.all[stopping]["EXTEND_TIMEOUT_USEC"] == "12000000")
            #expect(try daemon.finish().status == 0)
            #expect(manager.all.count { $0["STOPPING"] == "1" } == 1)
            #expect(manager.all.count { $0["READY"] == "1" } == 1)
        }
    }

    @Test("SIGHUP is RELOADING with the time of now, then READY, for a configuration with an error too")
    func reload() throws {
        try withDaemon { folder, manager, daemon in
            var last = try manager.wait { $0["READY"] == "1" }
            for text in [Self.stream, "a: {nonsense: 1}"] {
                try configure(text, in: folder)
                let before = microseconds()
                daemon.send(SIGHUP)
                let reloading = try manager.wait(from: last + 1) { $0["RELOADING"] == "1" }
                let told = try #require(manager.all[reloading]["MONOTONIC_USEC"].flatMap { Int($0) })
                #expect(before <= told && told <= microseconds())
                last = try manager.wait(from: reloading + 1) { $0["READY"] == "1" }
            }
            try daemon.wait(for: "nothing is changed")
            daemon.send(SIGTERM)
            #expect(try daemon.finish().status == 0)
            #expect(manager.all.allSatisfy { $0["WATCHDOG"] == nil }, "nobody asked for a sign of life")
        }
    }

    @Test("the socket may have an abstract name, and a watchdog that is meant for another process is not fed")
    func abstractName() throws {
        let environment = ["WATCHDOG_USEC": "100000", "WATCHDOG_PID": "1"]
        try withDaemon(socket: "@inpaintd-test-\(UUID().uuidString)", environment: environment) { _, manager, daemon in
            _ = try manager.wait { $0["READY"] == "1" }
            try daemon.wait(for: "a: running")
            daemon.send(SIGTERM)
            _ = try manager.wait { $0["STOPPING"] == "1" }
            #expect(try daemon.finish().status == 0)
            #expect(manager.all.allSatisfy { $0["WATCHDOG"] == nil })
        }
    }
}
