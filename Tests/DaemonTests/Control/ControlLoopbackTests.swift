import ControlFixtures
import Daemon
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct ControlLoopbackTests {

    @Test("a loopback address answers those who name it, and no web page")
    func origins() async throws {
        let port = try freePort()
        try await ServerRig.run { configuration, _ throws in
            configuration.control.listen = "127.0.0.1:\(port)"
        } _: { rig throws in
            for host in ["localhost", "LOCALHOST:\(port)", "127.0.0.1:\(port)", "127.0.0.1", "[::1]:\(port)"] {
                let caller = try Caller(port: port)
                #expect(try caller.ask("GET", "/metrics", headers: ["Host": host]).status == 200, "\(host)")
            }
            for host in [
                "", "evil.example", "evil.example:\(port)", "localhost.evil.example", "127.0.0.1.evil.example",
            ] {
                let caller = try Caller(port: port)
                #expect(try caller.ask("GET", "/metrics", headers: ["Host": host]).status == 403, "\(host)")
            }
            let page = try Caller(port: port)
            #expect(try page.ask("POST", "/reload", headers: ["Origin": "http://localhost"]).status == 403)
            #expect(try page.ask("POST", "/reload", headers: ["Origin": "null"]).status == 403)
            #expect(try rig.ask("GET", "/livez").status == 200, "the socket answers too")
            // A Host header is no use on the socket, which no browser reaches.
            #expect(try rig.caller().ask("GET", "/livez", headers: ["Host": "evil.example"]).status == 200)
        }
    }

    @Test("a port that is taken is an error, and the socket is given back")
    func taken() async throws {
        let port = try freePort()
        try await ServerRig.run { configuration, _ throws in
            configuration.control.listen = "127.0.0.1:\(port)"
        } _: { rig throws in
            let other = "\(rig.folder)/other.sock"
            let error = #expect(throws: ListenError.self) {
                try ControlServer.forTests(socket: other, listen: "127.0.0.1:\(port)")
            }
            #expect(error?.code == .alreadyRunning)
            #expect(access(other, F_OK) != 0)
        }
    }

    @Test("an address that others can reach is refused", arguments: ["0.0.0.0:9080", "example.com:80", "[::]:9080"])
    func foreign(address: String) async throws {
        try await withTemporaryFolder { folder in
            let error = #expect(throws: ListenError.self) {
                try ControlServer.forTests(socket: "\(folder)/control.sock", listen: address)
            }
            #expect(error?.code == .badAddress)
        }
    }
}
