import ControlFixtures
import Daemon
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ControlServerTests {
    private static let cameras = [
        StreamStatus(
            name: "cam", state: .running, since: .milliseconds(1500), isLive: true, restarts: [.stall: 2],
            lastFault: StreamFault(.stall, "no frame for 5 s"), worker: 4711,
            progress: WorkerProgress(
                stages: [
                    .init(
                        element: "inpaint0", queued: 1, held: 6, sinceLastFrame: .milliseconds(40), width: 640,
                        height: 360)
                ],
                residentMemory: 4096, threads: 7, descriptors: 9),
            stages: [StageTotals(element: "inpaint0", counters: ["frames-in": 12, "frames-out": 10])]),
        StreamStatus(name: "door", state: .stopped),
    ]

    private func object(_ answer: Caller.Answer) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.body.utf8)) as? [String: Any])
    }

    @Test("every route answers on one connection")
    func routes() async throws {
        try await ServerRig.run(Self.cameras) { rig throws in
            let caller = try rig.caller()
            #expect(try caller.ask("GET", "/livez").body == "ok\n")
            #expect(try caller.ask("GET", "/readyz").status == 200)
            let status = try object(try caller.ask("GET", "/status"))
            #expect(status["version"] as? String == "1.2.3")
            #expect((status["streams"] as? [Any])?.count == 2)
            let metrics = try caller.ask("GET", "/metrics")
            #expect(metrics.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.body.contains("inpaintd_frames_in_total{stream=\"cam\",stage=\"inpaint0\"} 12\n"))

            let stream = try object(try caller.ask("GET", "/streams/cam"))
            #expect(stream["state"] as? String == "running")
            #expect(stream["since"] as? Double == 1.5)
            #expect((stream["worker"] as? [String: Any])?["process"] as? Int == 4711)
            let stage = try #require((stream["stages"] as? [[String: Any]])?.first)
            #expect(stage["sinceLastFrame"] as? Double == 0.04)
            #expect(stage["held"] as? Int == 6)
            #expect(stage["width"] as? Int == 640 && stage["height"] as? Int == 360)

            #expect(try object(try caller.ask("POST", "/streams/cam/stop"))["state"] as? String == "stopped")
            #expect(try object(try caller.ask("POST", "/streams/door/start"))["state"] as? String == "running")
            #expect(
                try caller.ask("PUT", "/streams/cam/elements/i%2F0/mask", body: "\"rect:1,2,3,4\"").status == 204)
            let graph = try caller.ask("GET", "/streams/cam/graph")
            #expect(graph.headers["content-type"]?.hasPrefix("text/vnd.graphviz") == true)
            #expect(graph.body == "digraph pipeline {}\n")
            #expect(try object(try caller.ask("POST", "/reload"))["changed"] as? [String] == ["cam", "door"])
            #expect(try caller.ask("DELETE", "/streams/door").status == 204)
            #expect(try caller.ask("GET", "/streams/door").status == 404)
            #expect(rig.control.asked == ["stop cam", "start door", "set i/0.mask=rect:1,2,3,4 cam", "remove door"])
        }
    }

    @Test("what is wrong with a request is answered, and the connection goes on")
    func errors() async throws {
        try await ServerRig.run(Self.cameras) { rig throws in
            let caller = try rig.caller()
            let cases: [(String, String, String?, Int, String)] = [
                ("GET", "/nothing", nil, 404, "not-found"),
                ("GET", "/streams/nobody", nil, 404, "not-found"),
                ("PATCH", "/streams", nil, 405, "method-not-allowed"),
                ("GET", "/reload", nil, 405, "method-not-allowed"),
                ("PUT", "/streams/new", nil, 400, "bad-request"),
                ("PUT", "/streams/new", "{\"pipeline\": ", 400, "bad-request"),
                ("PUT", "/streams/new", "[]", 400, "bad-request"),
                ("PUT", "/streams/new", "{\"knobs\": 1}", 400, "bad-request"),
                ("PUT", "/streams/new", "{\"pipelin\": \"x\"}", 400, "bad-request"),
                ("PUT", "/streams/new", "{\"restart-delays\": [1, 2]}", 400, "bad-request"),
                ("PUT", "/streams/new", "{\"restart-delays\": [1, 2, 0]}", 400, "bad-request"),
                ("PUT", "/streams/new", "{\"a\\nb\": 1}", 400, "bad-request"),
                ("PUT", "/streams/new", "{\"restart\": \"a\\nb\"}", 400, "bad-request"),
                ("PUT", "/streams/new", "{\"pipeline\": \"a\\nb\"}", 403, "refused"),
                ("PUT", "/streams/new", String(repeating: "[", count: 60000), 400, "bad-request"),
                ("PUT", "/streams/new", "{\"text\": \"fakesink\"}", 403, "refused"),
                ("PUT", "/streams/new", "{\"pipeline\": \"/etc/passwd\"}", 403, "refused"),
                ("PUT", "/streams/%2e%2e", "{\"text\": \"fakesink\"}", 400, "bad-request"),
                ("PUT", "/streams/cam/elements/a/b", "12", 400, "bad-request"),
                ("PUT", "/streams/cam/elements/a/b", "\"/etc/x\"", 403, "refused"),
            ]
            for (method, target, body, status, code) in cases {
                let answer = try caller.ask(method, target, body: body)
                #expect(answer.status == status, "\(method) \(target) \(body ?? "")")
                let error = try #require(try object(answer)["error"] as? [String: Any])
                #expect(error["code"] as? String == code, "\(method) \(target) \(body ?? "")")
                let message = try #require(error["message"] as? String)
                #expect(!message.isEmpty && !message.contains("\n"), "\(message)")
            }
            #expect(try caller.ask("PATCH", "/streams").headers["allow"] == "GET")
            #expect(rig.control.asked.isEmpty)
        }
    }

    @Test("a stream is added from a file in a root, once, with its knobs and policies")
    func add() async throws {
        try await ServerRig.run { configuration, folder throws in
            try "fakesink".write(toFile: "\(folder)/a.pipeline", atomically: true, encoding: .utf8)
            configuration.control.roots = [folder]
            configuration.control.elements = ["fakesink"]
        } _: { rig throws in
            let body = """
                {"pipeline": "a.pipeline", "knobs": {"input": "rtsp://u:p@host/x", "password": "secret"},
                 "restart": "always", "on-loss": "hold", "earlier-output": "overwrite", "stall-timeout": 2.5,
                 "memory-limit": 536870912,
                 "autostart": false, "restart-delays": [0.1, 2, 3], "recovery": 4}
                """
            #expect(try rig.ask("PUT", "/streams/new", body: body).status == 201)
            #expect(try rig.ask("PUT", "/streams/new", body: body).status == 409)
            let stream = try #require(rig.control.added.first)
            #expect(stream.source == .file("\(rig.folder)/a.pipeline"))
            #expect(stream.folder == rig.folder)
            #expect(stream.knobs["input"] == "rtsp://u:p@host/x")
            #expect(stream.secrets == ["p", "secret"])
            #expect(stream.caller == CallerRule(elements: ["fakesink"], roots: [rig.folder]))
            #expect(stream.restart == .always)
            #expect(stream.onLoss == .hold)
            #expect(stream.earlierOutput == .overwrite)
            #expect(stream.stallTimeout == .milliseconds(2500))
            #expect(stream.memoryLimit == 512 << 20)
            #expect(!stream.autostart)
            #expect(stream.restartDelays == [.milliseconds(100), .seconds(2), .seconds(3)])
            #expect(stream.recovery == .seconds(4))

            let outside = "{\"pipeline\": \"a.pipeline\", \"knobs\": {\"output\": \"/etc/hidden\"}}"
            let refused = try rig.ask("PUT", "/streams/other", body: outside)
            #expect(refused.status == 403)
            #expect(refused.body.contains("output"))
            #expect(!refused.body.contains("hidden"), "a knob's value is shown")
        }
    }

    @Test("text is taken where the configuration allows it")
    func text() async throws {
        try await ServerRig.run { configuration, _ throws in
            configuration.control.allowsText = true
        } _: { rig throws in
            #expect(try rig.ask("PUT", "/streams/new", body: "{\"text\": \"fakesrc ! fakesink\"}").status == 201)
            let added = try #require(rig.control.added.first)
            #expect(added.source == .text("fakesrc ! fakesink"))
            #expect(added.caller == CallerRule() && added.folder == FileRoots.nowhere)
        }
    }

    @Test("it is not ready while a stream gives no frames, and says which")
    func ready() async throws {
        let streams = [
            StreamStatus(
                name: "late", state: .running,
                progress: WorkerProgress(stages: [
                    .init(element: "inpaint0", sinceLastFrame: .seconds(12))
                ])),
            StreamStatus(name: "away", state: .retrying), StreamStatus(name: "done", state: .stopped),
        ]
        try await ServerRig.run(streams) { rig throws in
            let answer = try rig.ask("GET", "/readyz")
            #expect(answer.status == 503)
            let reasons = try object(answer)["reasons"] as? [String]
            #expect(reasons == ["late has given no frame at inpaint0 for 12.0 s", "away is retrying"])
        }
    }
}
