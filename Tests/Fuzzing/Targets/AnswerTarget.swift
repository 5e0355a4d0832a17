@testable internal import Daemon
internal import Glibc

extension FuzzTarget {
    /// What a daemon answers, as `inpaintd ctl` reads it.
    static let answer = FuzzTarget(name: "answer") { bytes in
        if let (_, body) = read(bytes) {
            expect(body.count <= bytes.count, "a body of \(body.count) bytes came in \(bytes.count)")
        }
        let whole = read(Array("HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n".utf8) + bytes)
        expect(whole?.status == 200 && whole?.body == bytes, "a body of a length is read as it is")
        var chunked = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".utf8)
        for part in [bytes[..<(bytes.count / 2)], bytes[(bytes.count / 2)...]] where !part.isEmpty {
            chunked += Array("\(String(part.count, radix: 16))\r\n".utf8)
            chunked += part
            chunked += Array("\r\n".utf8)
        }
        chunked += Array("0\r\n\r\n".utf8)
        let inChunks = read(chunked)
        expect(inChunks?.status == 200 && inChunks?.body == bytes, "a body in chunks is read as it is")
        for isMissed in [false, true] {
            do throws(ControlError) {
                let news = try EventNews(data: String(decoding: bytes, as: UTF8.self), isMissed: isMissed)
                expect(!news.json.contains(UInt8(ascii: "\n")), "\(news) is one line")
            } catch {
                expect(error.code == .unavailable, "\(error) says that the daemon speaks strangely")
            }
        }
    }

    /// Nil where it is no answer.
    private static func read(_ bytes: [UInt8]) -> (status: Int, body: [UInt8])? {
        withPeer(saying: bytes) { descriptor in
            var reader = AnswerReader(descriptor: descriptor)
            var body: [UInt8] = []
            do throws(ControlError) {
                let status = try reader.readStatus()
                while let part = try reader.next() { body += part }
                return (status, body)
            } catch {
                expect(error.code == .unavailable, "\(error) says that the daemon speaks strangely")
                return nil
            }
        }
    }
}

/// A socket whose other end has said all this, and is gone.
func withPeer<Result>(saying bytes: [UInt8], _ body: (Int32) -> Result) -> Result {
    var ends: [Int32] = [-1, -1]
    expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0, "a socket pair can be made")
    expect(send(ends[1], bytes, bytes.count, Int32(MSG_DONTWAIT)) == bytes.count, "a socket holds an input")
    close(ends[1])
    defer { close(ends[0]) }
    return body(ends[0])
}
