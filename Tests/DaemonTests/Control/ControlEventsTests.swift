import ControlFixtures
import Daemon
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ControlEventsTests {
    private func subscribe(_ rig: ServerRig, _ target: String = "/events", header: String = "") throws -> Caller {
        let caller = try rig.caller()
        caller.send("GET \(target) HTTP/1.1\r\nHost: x\r\n\(header)\r\n")
        let head = try caller.read(until: "\r\n\r\n")
        #expect(head.contains("200 OK"))
        #expect(head.lowercased().contains("content-type: text/event-stream"))
        #expect(rig.control.readerCame.wait(timeout: .now() + 20) == .success)
        #expect(try caller.read(until: "\n\n").hasSuffix("retry: 2000"))
        return caller
    }

    @Test("an event comes as it happens, with its number, on one line of JSON")
    func events() async throws {
        try await ServerRig.run { rig throws in
            let caller = try subscribe(rig)
            rig.control.tell("cam", "fault", "no frame\ndata: forged")
            let text = try caller.read(until: "\n\n")
            let lines = text.split(separator: "\r\n").last?.split(separator: "\n") ?? []
            #expect(lines.first == "id: 1")
            let data = try #require(lines.last?.dropFirst("data: ".count))
            #expect(lines.count == 2)
            let event = try JSONDecoder().decode(StreamEvent.self, from: Data(data.utf8))
            #expect(
                event == StreamEvent(id: 1, time: 1.5, stream: "cam", name: "fault", detail: "no frame\ndata: forged"))
        }
    }

    @Test("only a stream's events come where one is named")
    func filter() async throws {
        try await ServerRig.run { rig throws in
            let caller = try subscribe(rig, "/events?stream=b%2e1")
            rig.control.tell("a", "running")
            rig.control.tell("b.1", "running")
            let text = try caller.read(until: "\n\n")
            #expect(text.contains("id: 2"))
        }
    }

    @Test("a reader is told how many events it has missed, on this connection and between two")
    func missed() async throws {
        try await ServerRig.run { rig throws in
            let caller = try subscribe(rig, header: "Last-Event-ID: 3\r\n")
            rig.control.tell("a", "running", skipping: 9)
            #expect(try caller.read(until: "\n\n").contains("event: missed\ndata: 6"))
            #expect(try caller.read(until: "\n\n").contains("id: 10"))
            rig.control.tell("a", "running", skipping: 1)
            #expect(try caller.read(until: "\n\n").contains("event: missed\ndata: 1"))
        }
    }

    @Test("a reader may say that it has seen any number")
    func seen() async throws {
        try await ServerRig.run { rig throws in
            let caller = try subscribe(rig, header: "Last-Event-ID: \(UInt64.max)\r\n")
            rig.control.tell("a", "running")
            #expect(try caller.read(until: "\n\n").contains("id: 1"))
        }
    }

    @Test("a quiet stream of events shows that it is alive, beyond the time that requests have")
    func heartbeat() async throws {
        var limits = ControlLimits()
        limits.heartbeat = .milliseconds(400)
        limits.patience = .seconds(2)
        try await ServerRig.run(limits: limits) { rig throws in
            let caller = try subscribe(rig)
            for _ in 0..<6 { #expect(try caller.read(until: "\n\n").hasSuffix(":")) }
            rig.control.tell("a", "running")
            #expect(try caller.read(until: "}\n\n").contains("running"))
        }
    }

    @Test("so many event streams at a time, and a reader who goes makes room")
    func limit() async throws {
        var limits = ControlLimits()
        limits.eventStreams = 2
        try await ServerRig.run(limits: limits) { rig throws in
            var readers = [try subscribe(rig), try subscribe(rig)]
            #expect(try rig.ask("GET", "/events").status == 503)
            readers.removeLast()
            #expect(rig.control.readerWent.wait(timeout: .now() + 20) == .success)
            readers.append(try subscribe(rig))
            #expect(readers.count == 2)
        }
    }
}
