import ControlFixtures
import Daemon
import Foundation
import Logging
import Testing

@Suite(.timeLimit(.minutes(1))) struct ControlSocketTests {
    private func mode(of path: String) throws -> mode_t {
        var status = stat()
        try #require(lstat(path, &status) == 0)
        return status.st_mode & 0o7777
    }

    @Test("the folder and the socket are the owner's alone")
    func modes() async throws {
        // A mask that takes nothing away shows what is asked for.
        let before = umask(0)
        defer { umask(before) }
        try await ServerRig.run { rig throws in
            #expect(try mode(of: "\(rig.folder)/run") == 0o700)
            #expect(try mode(of: rig.socket) == 0o600)
        }
    }

    @Test("a second server on a socket is refused, and the first goes on")
    func running() async throws {
        try await ServerRig.run { rig throws in
            let error = #expect(throws: ListenError.self) { try ControlServer.forTests(socket: rig.socket) }
            #expect(error?.code == .alreadyRunning)
            #expect(error.map { "\($0)" }?.contains("already running") == true)
            #expect(try rig.ask("GET", "/livez").status == 200)
        }
    }

    @Test("a socket that nobody answers on is replaced")
    func stale() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/control.sock"
            let dead = try ControlServer.forTests(socket: path)
            dead.close()
            #expect(access(path, F_OK) != 0)

            // As a killed daemon leaves it: the file without a listener.
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
            let left = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            let bound = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(left, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
                }
            }
            #expect(bound == 0)
            close(left)
            #expect(access(path, F_OK) == 0)
            let alive = try ControlServer.forTests(socket: path)
            #expect(try mode(of: path) == 0o600)
            alive.close()
        }
    }

    @Test("what is no socket is left alone")
    func notASocket() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/control.sock"
            try "precious".write(toFile: path, atomically: true, encoding: .utf8)
            let error = #expect(throws: ListenError.self) { try ControlServer.forTests(socket: path) }
            #expect(error?.code == .cannotCreate)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
            #expect(symlink("/nowhere", "\(folder)/link") == 0)
            #expect(throws: ListenError.self) { try ControlServer.forTests(socket: "\(folder)/link") }
        }
    }

    @Test("a folder that others can write is refused")
    func shared() async throws {
        try await withTemporaryFolder { folder in
            #expect(chmod(folder, 0o777) == 0)
            #expect(throws: ListenError.self) { try ControlServer.forTests(socket: "\(folder)/control.sock") }
            #expect(chmod(folder, 0o1777) == 0)
            try ControlServer.forTests(socket: "\(folder)/control.sock").close()
        }
    }

    @Test("a path that does not fit is refused", arguments: ["", String(repeating: "a", count: 108)])
    func length(path: String) {
        let error = #expect(throws: ListenError.self) { try ControlServer.forTests(socket: path) }
        #expect(error?.code == .badAddress)
    }
}
