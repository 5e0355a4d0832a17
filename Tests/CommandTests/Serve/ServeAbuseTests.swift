import ControlFixtures
import Foundation
import Testing

/// What callers do out of spite to a real daemon: it answers afterwards, and is no bigger than before.
@Suite("A daemon that is abused", .serialized) struct ServeAbuseTests {
    private static let playing = DaemonRig.stream("cam", DaemonRig.live + " ! fakesink sync=true")

    /// What the daemon itself has in use.
    private struct Figures {
        let memory: Int
        let descriptors: Int

        init(of rig: DaemonRig) throws {
            let text = try rig.ask("GET", "/metrics").body
            func value(_ name: String) throws -> Int {
                let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
                return Int(try #require(line.flatMap { Double($0.dropFirst(name.count + 1)) }))
            }
            memory = try value("process_resident_memory_bytes")
            descriptors = try value("process_open_fds")
        }
    }

    /// Waits until the daemon has closed what others have left: it hears of the ends one by one.
    private func settle(_ rig: DaemonRig, to before: Figures) throws -> Figures {
        let deadline = ContinuousClock.now + .seconds(Child.patience)
        while true {
            // A caller may be refused as long as connections are many.
            if let now = try? Figures(of: rig), now.descriptors <= before.descriptors { return now }
            try #require(ContinuousClock.now < deadline, "descriptors are left open")
        }
    }

    @Test("after 100 MB, half a message, a thousand connections and nonsense it answers, and nothing of them is left")
    func everything() throws {
        try withFolder { folder in
            let rig = try DaemonRig(Self.playing, in: folder, control: "allow-text: true")
            try rig.program.wait(for: "cam: running")
            let before = try Figures(of: rig)

            let huge = try Caller(rig.socket)
            huge.send("PUT /streams/a HTTP/1.1\r\nHost: x\r\nContent-Length: 104857600\r\n\r\n")
            let piece = [UInt8](repeating: UInt8(ascii: "["), count: 1 << 20)
            for _ in 0..<100 where huge.send(piece) < piece.count { break }
            #expect(try huge.answer().status == 413)

            for body in [
                "{\"text\": \"fake", "{\"text\": \"\u{0}\"}", "\u{0}", "[[", "{\"text\": 1}", "{\"knobs\": {}}",
            ] {
                #expect(try rig.ask("PUT", "/streams/a", body: body).status == 400, "\(body)")
            }
            let half = try Caller(rig.socket)
            half.send("PUT /streams/a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{\"text\": ")

            var crowd: [Caller] = []
            for _ in 0..<1000 {
                // A socket whose queue is full refuses; that is as good.
                if let caller = try? Caller(rig.socket) { crowd.append(caller) }
            }
            for caller in crowd { caller.send("GET /livez HTTP/1.1\r\nX: ") }
            crowd = []
            shutdown(half.descriptor, Int32(SHUT_RDWR))
            shutdown(huge.descriptor, Int32(SHUT_RDWR))

            let after = try settle(rig, to: before)
            #expect(after.memory < before.memory + 64 << 20, "\(before) \(after)")
            #expect(try rig.ctl("show", "cam").text.contains("running for"))
            try rig.end()
        }
    }

    @Test("requests that two readers would cut apart in two ways are refused, and nothing is smuggled in")
    func smuggling() throws {
        try withFolder { folder in
            let rig = try DaemonRig(Self.playing, in: folder)
            try rig.program.wait(for: "cam: running")
            let stop = "POST /streams/cam/stop HTTP/1.1\r\nHost: x\r\n\r\n"
            for headers in [
                "Content-Length: \(stop.utf8.count + 5)\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 4", "Content-Length: 4\r\nContent-Length: 5",
                "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, identity", "Content-Length: +4",
                "Content-Length : 4", "Transfer-Encoding:\u{b}chunked", "X: a\u{0}b",
            ] {
                let caller = try Caller(rig.socket)
                let line = "PUT /streams/cam/elements/stage/grow HTTP/1.1\r\nHost: x\r\n"
                caller.send(line + "\(headers)\r\n\r\n0\r\n\r\n\(stop)")
                #expect(try caller.answer().status == 400, "\(headers)")
                try caller.end()
            }
            // Several requests in one go are answered one after the other.
            let caller = try Caller(rig.socket)
            caller.send(String(repeating: "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", count: 20))
            for _ in 0..<20 { #expect(try caller.answer().status == 200) }
            #expect(try rig.ctl("show", "cam", "--json").object()["state"] as? String == "running")
            try rig.end()
        }
    }

    @Test("a name is never a path, however it is spelt")
    func traversal() throws {
        try withFolder { folder in
            let rig = try DaemonRig("", in: folder, control: "allow-text: true, roots: [\(folder)]")
            let text = "{\"text\": \"videotestsrc ! inpaint ! fakesink\"}"
            for name in [
                "..", "..%2f", "..%2F..%2Fetc%2Fx", "%2e%2e", "a%2fb", "a%00", ".a", "-a", "%0d%0aX:1", "a%20b",
                "%C3%A9",
            ] {
                let answer = try rig.ask("PUT", "/streams/\(name)", body: text)
                #expect([400, 404].contains(answer.status), "\(name): \(answer)")
            }
            for target in ["/../etc/passwd", "/streams/../livez", "//livez", "/streams//graph", "/livez/"] {
                #expect([404, 405].contains(try rig.ask("GET", target).status), "\(target)")
            }
            #expect(try rig.ask("GET", "/streams").body == "[]\n")
            try rig.end()
        }
    }

    @Test("one who stops to read events holds up neither the streams nor the others, and is told what was missed")
    func deafReader() throws {
        try withFolder { folder in
            let idle = DaemonRig.stream("idle", "videotestsrc ! inpaint ! fakesink", "    autostart: false\n")
            let rig = try DaemonRig(Self.playing + idle, in: folder)
            try rig.program.wait(for: "cam: running")
            let before = try Figures(of: rig)
            let deaf = try (0..<16).map { _ in
                let caller = try Caller(rig.socket)
                caller.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
                return caller
            }
            for caller in deaf { _ = try caller.read(until: "retry: 2000") }
            let more = try rig.ask("GET", "/events")
            #expect(more.status == 503 && more.body.contains("16 event streams"), "\(more)")
            for _ in 0..<20 {
                #expect(try rig.ask("POST", "/streams/idle/stop").status == 200)
                #expect(try rig.ask("POST", "/reload").status == 200)
            }
            #expect(try rig.ctl("ready").status == 0)
            for caller in deaf { shutdown(caller.descriptor, Int32(SHUT_RDWR)) }
            #expect(try settle(rig, to: before).descriptors <= before.descriptors)
            try rig.end()
        }
    }

    @Test("another user cannot reach the socket")
    func otherUser() throws {
        guard getuid() == 0 else {
            print("SKIPPED: only root can be somebody else")
            return
        }
        try withFolder { folder in
            // Everybody may go there, but for the daemon's own folder.
            try #require(chmod(folder, 0o755) == 0)
            let rig = try DaemonRig("", in: folder)
            var status = stat()
            #expect(stat(rig.socket, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(stat("\(folder)/run", &status) == 0 && status.st_mode & 0o777 == 0o700)
            // The program itself may lie where nobody else may go.
            let stranger = try Child([
                "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "curl", "-sS", "--unix-socket",
                rig.socket, "http://inpaintd/livez",
            ]).finish()
            #expect(stranger.status == 7 && stranger.output.isEmpty, "\(stranger.errors)")
            #expect(try rig.ask("GET", "/livez").status == 200)
            try rig.end()
        }
    }

    @Test("no name of an element makes a line or a label of the metrics")
    func labels() throws {
        try withFolder { folder in
            let start = "videotestsrc is-live=true ! inpaint name="
            let forged = start + #""a\"} 1 inpaintd_forged{x=\"\\" ! fakesink sync=true"#
            let rig = try DaemonRig(Self.playing, in: folder, control: "allow-text: true")
            #expect(try rig.add("forger", text: forged).status == 201)
            let lines = start + "\"b\n# HELP inpaintd_forged x\r\ninpaintd_forged 1\" ! fakesink"
            #expect(try rig.add("liner", text: lines).status == 201)
            for name in ["cam", "forger", "liner"] { try rig.program.wait(for: "\(name): running") }
            let text = try rig.ask("GET", "/metrics").body
            let names = text.split(whereSeparator: \.isNewline).map { line in
                line.hasPrefix("# ") ? line.split(separator: " ")[2] : line.prefix { $0 != "{" && $0 != " " }
            }
            #expect(!names.contains("inpaintd_forged"))
            #expect(names.allSatisfy { $0.hasPrefix("inpaintd_") || $0.hasPrefix("process_") })
            #expect(text.contains(#"stage="a\"} 1 inpaintd_forged{x=\"\\""#), "\(text)")
            try rig.end()
        }
    }
}
