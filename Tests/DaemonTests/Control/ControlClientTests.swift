import ControlFixtures
import Daemon
import Foundation
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ControlClientTests {
    @Test("the client gets what the server says")
    func answers() async throws {
        // More than one read brings.
        let streams = (0..<500).map { StreamStatus(name: "cam\($0)", state: .running) }
        try await ServerRig.run(streams) { rig throws in
            let client = ControlClient(socket: rig.socket)
            let list = try JSONDecoder().decode([StreamDocument].self, from: Data(try client.send(.list)))
            #expect(list.map(\.name) == streams.map(\.name))
            #expect(try client.send(.remove("cam7")).isEmpty)
            let value = "a \"quoted\" value\n"
            _ = try client.send(.set("cam8", element: "s", property: "p"), body: ControlClient.body(value: value))
            #expect(rig.control.asked == ["remove cam7", "set s.p=\(value) cam8"])
        }
    }

    @Test("the daemon's refusals come with their codes")
    func refusals() async throws {
        try await ServerRig.run { rig throws in
            let client = ControlClient(socket: rig.socket)
            #expect(throws: ControlError(.notFound, "there is no stream \"cam\"")) { try client.send(.start("cam")) }
            let body = ControlClient.body(pipeline: "/etc/passwd", knobs: ["a": "b"])
            let error = #expect(throws: ControlError.self) { try client.send(.add("cam"), body: body) }
            #expect(error?.code == .refused)
            let large = ControlClient.body(value: String(repeating: "a", count: 100_000))
            #expect(throws: ControlError.self) { try client.send(.set("a", element: "b", property: "c"), body: large) }
        }
    }

    @Test("a daemon that is not ready says so in the answer")
    func notReady() async throws {
        try await ServerRig.run([StreamStatus(name: "cam", state: .failed)]) { rig throws in
            let answer = try ControlClient(socket: rig.socket).send(.ready)
            let readiness = try JSONDecoder().decode(Readiness.self, from: Data(answer))
            #expect(!readiness.isReady)
            #expect(readiness.reasons == ["cam is failed"])
        }
    }

    @Test("nobody there is told with the socket's name")
    func nobody() async throws {
        try await withTemporaryFolder { folder in
            let error = #expect(throws: ControlError.self) {
                try ControlClient(socket: "\(folder)/none.sock").send(.list)
            }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("\(folder)/none.sock") == true)
        }
    }

    @Test("events are followed until the daemon ends")
    func events() async throws {
        let heard = Mutex<[EventNews]>([])
        let ended = DispatchSemaphore(value: 0)
        try await ServerRig.run { rig throws in
            let news = DispatchSemaphore(value: 0)
            let control = rig.control
            Thread.detachNewThread {
                // try? because a daemon that goes away is how this ends.
                try? ControlClient(socket: rig.socket).follow(stream: "cam") { one in
                    heard.withLock { $0.append(one) }
                    news.signal()
                    return true
                }
                ended.signal()
            }
            #expect(control.readerCame.wait(timeout: .now() + 20) == .success)
            control.tell("cam", "running")
            control.tell("door", "running")
            control.tell("cam", "fault", "gone", skipping: 3)
            for _ in 0..<3 { #expect(news.wait(timeout: .now() + 20) == .success) }
        }
        #expect(ended.wait(timeout: .now() + 20) == .success)
        let first = StreamEvent(id: 1, time: 1.5, stream: "cam", name: "running", detail: "")
        let second = StreamEvent(id: 6, time: 1.5, stream: "cam", name: "fault", detail: "gone")
        #expect(heard.withLock { $0 } == [.event(first), .missed(3), .event(second)])
    }

    @Test("a reader of events who has heard enough leaves")
    func leave() async throws {
        try await ServerRig.run { rig throws in
            let control = rig.control
            let left = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                // try? because an error is told by the missing signal.
                if (try? ControlClient(socket: rig.socket).follow(stream: nil) { _ in false }) != nil { left.signal() }
            }
            #expect(control.readerCame.wait(timeout: .now() + 20) == .success)
            control.tell("cam", "running")
            #expect(left.wait(timeout: .now() + 20) == .success)
            #expect(control.readerWent.wait(timeout: .now() + 20) == .success)
        }
    }
}
