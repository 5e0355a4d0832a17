import Daemon
import Foundation
import Glibc
import Testing

@Suite("Cameras that refuse", .timeLimit(.minutes(5)))
struct SourceRefusalTests {
    private static let word = "open-sesame"

    enum Refusal: CaseIterable, Sendable {
        case wrongPassword, wrongDigest, noPassword, noSuchStream, unknownHost, nobody, silence

        /// What is told, behind the server's name.
        var words: String {
            switch self {
            case .wrongPassword, .wrongDigest: " refuses the user or the password (401 Unauthorized)"
            case .noPassword: " asks for a user and a password (401 Unauthorized)"
            case .noSuchStream: " has no stream /none (404 Not Found)"
            case .unknownHost: "no-such-host.invalid:554 cannot be reached (Error resolving “no-such-host.invalid”: "
            case .nobody: " cannot be reached (Could not connect to 127.0.0.1: Connection refused)"
            case .silence: " does not answer (Could not receive message."
            }
        }
    }

    @Test(
        "each attempt is one fault of the source that says what to do, and it is tried again",
        arguments: Refusal.allCases)
    func refused(_ refusal: Refusal) throws {
        try withFolder { folder in
            let login = (user: "viewer", password: Self.word)
            let camera =
                switch refusal {
                case .wrongDigest: try Camera(login: login, isDigest: true)
                case .wrongPassword, .noPassword: try Camera(login: login)
                default: try Camera()
                }
            let listener = try SilentListener()
            let url: String =
                switch refusal {
                case .wrongPassword, .wrongDigest: camera.url("viewer:wrong-\(Self.word)@")
                case .noPassword: camera.url()
                case .noSuchStream: camera.url("viewer:\(Self.word)@", path: "/none?token=\(Self.word)")
                case .unknownHost: "rtsp://viewer:\(Self.word)@no-such-host.invalid/cam"
                case .nobody: camera.url("viewer:\(Self.word)@")
                case .silence: "rtsp://viewer:\(Self.word)@127.0.0.1:\(listener.port)/cam"
                }
            if refusal == .nobody { camera.kill() }
            let server = refusal == .unknownHost ? "" : "127.0.0.1:\(refusal == .silence ? listener.port : camera.port)"
            let daemon = try CameraDaemon(url, in: folder, keys: refusal == .silence ? ["start-timeout: 6s"] : [])
            try daemon.wait(for: "retrying: ", times: 2)
            let outcome = try daemon.end()
            #expect(outcome.faults.count >= 2)
            for fault in outcome.faults { #expect(fault.contains("cam: fault: source: in: \(server)\(refusal.words)")) }
            #expect(outcome.stream.state == .stopped && outcome.stream.total("frames-in") == 0)
            #expect(!outcome.log.contains(Self.word), "\(outcome.log)")
        }
    }

    @Test("a camera that asks for a password plays with the right one, which is in no log", arguments: [false, true])
    func admitted(isDigest: Bool) throws {
        try withFolder { folder in
            let camera = try Camera(login: ("viewer", Self.word), isDigest: isDigest)
            let daemon = try CameraDaemon(camera.url("viewer:\(Self.word)@"), in: folder)
            try daemon.wait(for: "running: ")
            let outcome = try daemon.end()
            #expect(outcome.faults.isEmpty && outcome.stream.total("frames-out") > 0)
            #expect(!outcome.log.contains(Self.word))
        }
    }
}

/// A server that lets callers in and never says a word.
private final class SilentListener: Sendable {
    let port: Int
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isListening = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                // The system takes callers in whom nobody has accepted yet.
                bind(descriptor, address, size) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, address, &size) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard isListening else { throw Child.Timeout(description: "no port can be listened on") }
    }

    deinit { close(descriptor) }
}
