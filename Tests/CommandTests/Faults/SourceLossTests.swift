import Daemon
import Foundation
import Glibc
import Testing

@Suite("Cameras that go away", .timeLimit(.minutes(10)), .serialized)
struct SourceLossTests {
    /// A number of kills that shows a leak or a rare fault, set by `scripts/faults`; else a few.
    private static let kills = ProcessInfo.processInfo.environment["INPAINTD_CAMERA_KILLS"].flatMap(Int.init)

    @Test(
        "a camera that is killed and comes back is played again each time, with one fault for each failed attempt",
        arguments: ["", "protocols=tcp"])
    func killed(source: String) throws {
        let kills = Self.kills ?? 3
        if Self.kills == nil { print("SHORT: \(kills) kills of a camera; scripts/faults does 50") }
        try withFolder { folder in
            var camera = try Camera()
            let recording = "\(folder)/out.ts"
            let daemon = try CameraDaemon(
                camera.url(), in: folder, source: source,
                sink: "\(CameraDaemon.encoder) ! mpegtsmux ! filesink append=true location=\(recording)",
                keys: ["stall-timeout: 30s", "start-timeout: 40s"])
            try daemon.wait(for: "running: ")
            var recoveries: [Duration] = []
            for kill in 1...kills {
                camera.kill()
                try daemon.wait(for: "fault: ", times: try daemon.count(of: "retrying: ") + 1)
                camera = try Camera(port: camera.port)
                let back = ContinuousClock.now
                try daemon.wait(for: "running: ", times: kill + 1)
                recoveries.append(ContinuousClock.now - back)
            }
            let outcome = try daemon.end()
            print("\(kills) recoveries over \(source.isEmpty ? "UDP" : "TCP"): \(recoveries.inWords)")
            #expect(outcome.faults.count >= kills)
            let words = ["cannot be reached (Could not", "closed the connection", "broke off the connection"]
            for fault in outcome.faults {
                #expect(fault.contains("fault: source: in: 127.0.0.1:\(camera.port) "), "\(fault)")
                #expect(words.contains { fault.contains($0) }, "\(fault)")
            }
            #expect(try probe(recording) == Int(outcome.stream.total("frames-out")))
        }
    }

    @Test("a camera that freezes is a stall; while it does not answer each attempt says so; it plays when it goes on")
    func frozen() throws {
        try withFolder { folder in
            let camera = try Camera()
            let daemon = try CameraDaemon(
                camera.url(), in: folder, keys: ["stall-timeout: 2s", "start-timeout: 10s", "stop-timeout: 5s"])
            try daemon.wait(for: "running: ")
            camera.send(SIGSTOP)
            try daemon.wait(for: "fault: stall: no frame for 2 s")
            try daemon.wait(for: "fault: source: in: 127.0.0.1:\(camera.port) does not answer")
            let before = try daemon.count(of: "running: ")
            camera.send(SIGCONT)
            try daemon.wait(for: "running: ", times: before + 1)
            let outcome = try daemon.end()
            #expect(outcome.stream.restarts["stall"] ?? 0 >= 1 && outcome.stream.restarts["source"] ?? 0 >= 1)
        }
    }

    @Test("a camera that is not there is asked again and again until it is")
    func absent() throws {
        try withFolder { folder in
            let earlier = try Camera()
            earlier.kill()
            let daemon = try CameraDaemon(earlier.url(), in: folder)
            try daemon.wait(for: "retrying: ", times: 3)
            let camera = try Camera(port: earlier.port)
            try daemon.wait(for: "running: ")
            let outcome = try daemon.end()
            #expect(outcome.stream.restarts.keys.elementsEqual(["source"]))
            #expect(outcome.faults.allSatisfy { $0.contains("127.0.0.1:\(camera.port) cannot be reached") })
        }
    }

    @Test("a camera that closes the connection, or ends its stream, is told so, and played again")
    func ended() throws {
        try withFolder { folder in
            let camera = try Camera()
            let recording = "\(folder)/out.ts"
            let daemon = try CameraDaemon(
                camera.url(), in: folder, source: "protocols=tcp",
                sink: "\(CameraDaemon.encoder) ! mpegtsmux ! filesink append=true location=\(recording)",
                keys: ["stall-timeout: 30s"])
            try daemon.wait(for: "running: ")
            try camera.tell("close")
            try daemon.wait(for: "fault: source: in: 127.0.0.1:\(camera.port) closed the connection")
            try daemon.wait(for: "running: ", times: 2)
            try camera.tell("end")
            try daemon.wait(for: "fault: end-of-stream: ")
            try daemon.wait(for: "running: ", times: 3)
            let outcome = try daemon.end()
            #expect(outcome.stream.restarts == ["source": 1, "end-of-stream": 1], "\(outcome.log)")
            #expect(try probe(recording) == Int(outcome.stream.total("frames-out")))
        }
    }
}

extension [Duration] {
    /// The middle one and the longest but for one in a hundred.
    fileprivate var inWords: String {
        let sorted = sorted()
        func share(_ share: Double) -> String {
            String(
                format: "%.2f s", sorted[Swift.min(sorted.count - 1, Int(share * Double(sorted.count)))] / .seconds(1))
        }
        return "p50 \(share(0.5)), p99 \(share(0.99))"
    }
}
