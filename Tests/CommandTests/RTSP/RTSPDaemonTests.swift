import ControlFixtures
import Foundation
import Glibc
import Testing

/// Many streams behind the daemon's one RTSP port.
@Suite("inpaintd serve and RTSP", .serialized, .timeLimit(.minutes(2)))
struct RTSPDaemonTests {
    private struct Rig {
        let daemon: Program
        let folder: String
        let port: Int

        func address(_ stream: String, login: String = "") -> String { "rtsp://\(login)127.0.0.1:\(port)/\(stream)" }

        /// The clients that the metrics tell of a stream.
        func clients(_ stream: String) throws -> Int? {
            let text = try controlAnswer("/metrics", "\(folder)/run/control.sock")
            let line = text.split(separator: "\n").first { $0.hasPrefix("inpaintd_rtsp_clients{stream=\"\(stream)\"}") }
            return line.flatMap { Int($0.split(separator: " ").last ?? "") }
        }

        func end() throws -> Child.Outcome {
            daemon.send(SIGTERM)
            return try daemon.finish()
        }
    }

    private static func stream(width: Int) -> String {
        "videotestsrc is-live=true pattern=ball ! video/x-raw,width=\(width),height=48,framerate=25/1"
            + " ! inpaint mask=rect:8,8,16,8 ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=100000"
            + " ! h264parse ! rtspserversink"
    }

    /// A stream that nobody can watch.
    private static let blind = """
          blind:
            text: videotestsrc is-live=true ! video/x-raw,width=64,height=48 ! fakesink
        """

    private func serve(
        login: String = "", environment: [String: String] = [:], more: String = "", _ body: (Rig) throws -> Void
    ) throws {
        try withFolder { folder in
            let port = try freePort()
            let text = """
                control: {socket: \(folder)/run/control.sock}
                rtsp: {listen: '127.0.0.1:\(port)'\(login)}
                streams:
                  yard:
                    text: \(Self.stream(width: 64))
                  gate:
                    text: \(Self.stream(width: 96))
                  off:
                    text: \(Self.stream(width: 64))
                    autostart: false
                \(more)
                """
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/c.yaml"))
            let daemon = try Program(["serve", "--config", "\(folder)/c.yaml"], environment: environment)
            defer { daemon.send(SIGKILL) }
            try daemon.wait(for: "yard: running")
            try daemon.wait(for: "gate: running")
            try body(Rig(daemon: daemon, folder: folder, port: port))
        }
    }

    @Test("each stream is at its name on the one port, by TCP and UDP; others are not there, or away")
    func streams() throws {
        try serve(more: Self.blind) { rig in
            for (name, width) in [("yard", 64), ("gate", 96)] {
                for transport in Player.Transport.allCases {
                    let outcome = try Player.frames(5, of: rig.address(name), transport)
                    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
                    #expect(outcome.column(2).first == Double(width), "\(outcome.output)")
                }
            }
            #expect(try Player.frames(1, of: rig.address("nowhere")).errors.contains("404"))
            #expect(try Player.frames(1, of: rig.address("off")).errors.contains("503"))
            #expect(try Player.frames(1, of: rig.address("blind")).errors.contains("404"))
            let player = try Player.endless(rig.address("yard"))
            try player.wait(forFrames: 5)
            try eventually("the client to be counted") { try rig.clients("yard") == 1 && rig.clients("gate") == 0 }
            let outcome = try rig.end()
            #expect(outcome.exited && outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("yard: stopped"))
            #expect(try player.finish().status == 0)
        }
    }

    @Test("a worker that is killed comes back, and its client with it; the other stream's client stays")
    func killedWorker() throws {
        try serve { rig in
            let stays = try Player.endless(rig.address("gate"))
            let goes = try Player.endless(rig.address("yard"))
            try stays.wait(forFrames: 5)
            try goes.wait(forFrames: 5)
            let descriptors = try openDescriptors(of: rig.daemon.identifier)
            let workers = try rig.daemon.children()
            try #require(workers.count == 2)
            kill(workers[0], SIGKILL)
            try rig.daemon.wait(for: "fault: crash: killed by signal 9")
            let name = try #require(try killedStream(in: rig))
            let (gone, kept) = name == "yard" ? (goes, stays) : (stays, goes)
            _ = try gone.finish()
            try kept.wait(forFrames: kept.frames + 20)
            try rig.daemon.wait { $0.components(separatedBy: "\(name): running").count == 3 }
            #expect(try Player.frames(3, of: rig.address(name)).status == 0)
            kept.kill(SIGKILL)
            #expect(try kept.finish().errors.isEmpty)
            #expect(try openDescriptors(of: rig.daemon.identifier) <= descriptors)
            #expect(try rig.end().status == 0)
        }
    }

    private func killedStream(in rig: Rig) throws -> String? {
        let answer = try controlAnswer("/metrics", "\(rig.folder)/run/control.sock")
        return ["yard", "gate"].first {
            answer.contains("inpaintd_stream_restarts_total{stream=\"\($0)\",reason=\"crash\"} 1")
                || answer.contains("inpaintd_stream_state{stream=\"\($0)\",state=\"retrying\"} 1")
        }
    }

    @Test("user and password of the configuration are asked for, and shown nowhere")
    func authentication() throws {
        let login = ", user: viewer, password: '${RTSP_PASSWORD}'"
        try serve(login: login, environment: ["RTSP_PASSWORD": "open-sesame"], more: Self.blind) { rig in
            #expect(try Player.frames(1, of: rig.address("yard")).errors.contains("401"))
            #expect(try Player.frames(1, of: rig.address("blind", login: "viewer:open-sesame@")).errors.contains("404"))
            #expect(try Player.frames(1, of: rig.address("yard", login: "viewer:wrong@")).errors.contains("401"))
            let outcome = try Player.frames(2, of: rig.address("yard", login: "viewer:open-sesame@"))
            #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            let graph = try controlAnswer("/streams/yard/graph", "\(rig.folder)/run/control.sock")
            #expect(graph.contains("rtspserversink") || graph.contains("RTSPServerSink"))
            #expect(!graph.contains("open-sesame"))
            let end = try rig.end()
            #expect(end.status == 0 && !end.errors.contains("open-sesame"))
        }
    }

    @Test("a thousand connections that say nothing or half of it keep nobody out, and are gone in the end")
    func flood() throws {
        try serve { rig in
            let before = try openDescriptors(of: rig.daemon.identifier)
            let player = try Player.endless(rig.address("yard"))
            try player.wait(forFrames: 5)
            var open: [RTSPCaller] = []
            for number in 0..<1000 {
                let caller = try RTSPCaller(port: rig.port)
                if number % 3 == 0 { caller.send("DESCRIBE rtsp://127.0.0.1/ya") }
                open.append(caller)
                if open.count > 300 { open.removeFirst() }
                if number % 250 == 249 {
                    #expect(try openDescriptors(of: rig.daemon.identifier) < before + 140)
                    #expect(try Player.frames(1, of: rig.address("gate")).status == 0)
                }
            }
            try eventually("the connections to be closed") {
                try openDescriptors(of: rig.daemon.identifier) <= before
            }
            #expect(open.allSatisfy { $0.receive().isEmpty })
            try player.wait(forFrames: player.frames + 10)
            player.kill(SIGKILL)
            #expect(try player.finish().errors.isEmpty)
            #expect(try rig.end().status == 0)
        }
    }
}

/// What the daemon answers to a GET on its control socket.
private func controlAnswer(_ target: String, _ socket: String) throws -> String {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(socket.utf8)) }
    let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard result == 0 else { throw Child.Timeout(description: "nobody listens at \(socket)") }
    let request = Array("GET \(target) HTTP/1.1\r\nHost: inpaintd\r\nConnection: close\r\n\r\n".utf8)
    _ = send(descriptor, request, request.count, Int32(MSG_NOSIGNAL))
    var answer: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = recv(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
        answer += bytes[..<count]
    }
}
