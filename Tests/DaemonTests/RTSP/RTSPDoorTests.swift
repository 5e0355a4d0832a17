import ControlFixtures
import Daemon
import Foundation
import Glibc
import Testing

/// The daemon's RTSP port, with workers that only say what they were handed.
@Suite(.timeLimit(.minutes(1))) struct RTSPDoorTests {
    /// A port with a stream `yard` that plays and one, `off`, that does not.
    private final class Rig {
        let port: Int
        let routes = RTSPRoutes()
        private let door: RTSPDoor
        private let yard: DescriptorReceiver

        init(_ limits: RTSPLimits = RTSPLimits()) throws {
            port = try freePort()
            var ends: [Int32] = [-1, -1]
            try #require(socketpair(AF_UNIX, Int32(SOCK_SEQPACKET.rawValue), 0, &ends) == 0)
            yard = DescriptorReceiver(descriptor: ends[1])
            for stream in ["yard", "off"] { routes.add(stream) }
            routes.lead("yard", to: DescriptorSender(descriptor: ends[0]))
            door = try RTSPDoor(DaemonConfiguration.RTSP(listen: "127.0.0.1:\(port)"), routes: routes, limits: limits)
        }

        deinit { door.close() }

        func caller() throws -> Caller { try Caller(port: port) }

        /// What the stream's worker finds in the next connection.
        func handed() throws -> String {
            let connection = try #require(yard.receive())
            defer { close(connection) }
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &bytes, bytes.count, 0)
            let answer = Array("RTSP/1.0 200 OK\r\n\r\n".utf8)
            _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        }
    }

    private let request = "DESCRIBE rtsp://127.0.0.1/yard RTSP/1.0\r\nCSeq: 2\r\n\r\n"

    /// All that comes until the other side closes.
    private func rest(_ caller: Caller) -> String {
        var text = ""
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(caller.descriptor, &bytes, bytes.count, 0)
            guard count > 0 else { return text }
            text += String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    @Test("a connection goes to its stream's worker with every byte of it, however it comes")
    func handed() throws {
        let rig = try Rig()
        let whole = try rig.caller()
        whole.send(request)
        #expect(try rig.handed() == request)
        #expect(rest(whole) == "RTSP/1.0 200 OK\r\n\r\n")

        let slow = try rig.caller()
        let line = request.prefix { $0 != "\r\n" }
        for character in line { slow.send(String(character)) }
        slow.send("\r\n")
        #expect(try rig.handed().hasPrefix("\(line)\r\n"))
    }

    @Test("a stream that is not there is not found, and one that does not play is away")
    func refused() throws {
        let rig = try Rig()
        for (stream, status) in [("nowhere", "404 Not Found"), ("off", "503 Service Unavailable")] {
            let caller = try rig.caller()
            caller.send("DESCRIBE rtsp://h/\(stream) RTSP/1.0\r\n")
            caller.send("CSeq: 9\r\n\r\n")
            #expect(rest(caller) == "RTSP/1.0 \(status)\r\nCSeq: 9\r\nConnection: close\r\n\r\n")
        }
        rig.routes.remove("yard")
        let caller = try rig.caller()
        caller.send(request)
        #expect(rest(caller).contains("404"))
    }

    @Test("a client may ask what there is first, for no stream in particular")
    func options() throws {
        let rig = try Rig()
        let caller = try rig.caller()
        caller.send("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n")
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(caller.descriptor, &bytes, bytes.count, 0)
        let answer = String(decoding: bytes[..<max(0, count)], as: UTF8.self)
        #expect(answer.hasPrefix("RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE"))
        caller.send(request)
        #expect(try rig.handed() == request)
    }

    @Test("what is no request is told so")
    func nonsense() throws {
        let rig = try Rig()
        for text in ["\u{16}\u{3}\u{1}\u{2}", "hello\r\n", String(repeating: "x", count: 9000)] {
            let caller = try rig.caller()
            caller.send(text)
            #expect(rest(caller).hasPrefix("RTSP/1.0 400 Bad Request"))
        }
    }

    @Test("who does not come to the point is closed after a while")
    func patience() throws {
        var limits = RTSPLimits()
        limits.patience = .milliseconds(300)
        let rig = try Rig(limits)
        let callers = try (0..<10).map { _ in try rig.caller() }
        for caller in callers.dropFirst(5) { caller.send("DESCRIBE rtsp://h/ya") }
        #expect(callers.allSatisfy { rest($0).isEmpty })
        let caller = try rig.caller()
        caller.send(request)
        #expect(try rig.handed() == request)
    }

    @Test("where too many wait the oldest goes, and who says what it wants gets it")
    func crowd() throws {
        var limits = RTSPLimits()
        limits.waiting = 8
        let rig = try Rig(limits)
        let silent = try (0..<40).map { _ in try rig.caller() }
        let caller = try rig.caller()
        caller.send(request)
        #expect(try rig.handed() == request)
        #expect(silent.prefix(30).allSatisfy { rest($0).isEmpty })
    }

    @Test("a port that is taken is refused, and names it")
    func taken() throws {
        let rig = try Rig()
        #expect(throws: ListenError.self) {
            try RTSPDoor(DaemonConfiguration.RTSP(listen: "127.0.0.1:\(rig.port)"), routes: RTSPRoutes())
        }
    }
}
