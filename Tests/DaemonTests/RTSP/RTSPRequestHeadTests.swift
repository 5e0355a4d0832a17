import Daemon
import Testing

@Suite struct RTSPRequestHeadTests {
    private func read(_ text: String) -> RTSPRequestHead.Reading { RTSPRequestHead.read(Array(text.utf8)) }

    private func head(_ text: String) throws -> RTSPRequestHead {
        guard case .head(let head) = read(text) else { throw Missing() }
        return head
    }

    private struct Missing: Error {}

    @Test("a request is read as far as it has come")
    func growing() throws {
        let text = "DESCRIBE rtsp://127.0.0.1:8554/yard RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n\r\nrest"
        let line = text.prefix { $0 != "\r\n" }.utf8.count
        for length in 0...line { #expect(read(String(text.prefix(length))) == .incomplete) }
        let early = try head(String(text.prefix(line + 1)))
        #expect(early.method == "DESCRIBE" && early.stream == "yard" && early.number == nil && early.length == nil)
        let whole = try head(text)
        #expect(whole.number == "2" && whole.length == text.utf8.count - 4)
        #expect(whole.answer("404 Not Found") == "RTSP/1.0 404 Not Found\r\nCSeq: 2\r\nConnection: close\r\n\r\n")
    }

    @Test(
        "the stream is the first part of the path, whoever writes it",
        arguments: [
            ("rtsp://h/yard", "yard"), ("rtsp://h:1/yard/stream=0", "yard"), ("rtsp://h/yard?x=1", "yard"),
            ("/yard", "yard"), ("rtsp://u:p@h/ya%72d/", "yard"), ("rtsp://[::1]:8554/a.b-c_d", "a.b-c_d"),
            ("/a://b/c", "a:"), ("*", nil), ("rtsp://h", nil), ("rtsp://h/", nil), ("/%zz", nil), ("yard", nil),
        ])
    func streams(target: String, stream: String?) throws {
        #expect(try head("SETUP \(target) RTSP/1.0\n\n").stream == stream)
    }

    @Test(
        "what is no request is refused",
        arguments: [
            "\r\n", "DESCRIBE\r\n", "DESCRIBE rtsp://h/x\r\n", "DESCRIBE  RTSP/1.0\r\n", "A b RTSP/9.9\r\n",
            "GET / SPDY/3\r\n", "A b c RTSP/1.0\r\n", "\u{16}\u{3}\u{1}", "DESCRIBE rtsp://h/\u{0}x RTSP/1.0\r\n",
            "DESCRIBE rtsp://h/ü RTSP/1.0\r\n", String(repeating: "a", count: 3000),
            "A /b RTSP/1.0\r\n" + String(repeating: "a: b\r\n", count: 2000),
        ])
    func invalid(text: String) {
        #expect(read(text) == .invalid)
    }

    @Test("a number that is none is not repeated", arguments: ["x", "", "-1", "12345678901", "1\u{7f}"])
    func number(text: String) throws {
        #expect(try head("OPTIONS * RTSP/1.0\r\nCSeq: \(text)\r\n\r\n").number == nil)
    }
}
