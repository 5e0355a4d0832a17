import ControlFixtures
import Daemon
import Foundation
import Logging
import Testing

/// A folder of its own for one test.
func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inpaintd-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer {
        // A folder that cannot be removed is no failure of what was tested.
        try? FileManager.default.removeItem(at: folder)
    }
    return try await body(folder.resolvingSymlinksInPath().path)
}

/// Runs what blocks on a thread of its own: the server needs Swift's few cooperative ones.
private func blocking(_ body: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

extension ControlServer {
    /// One that listens, and has nothing to control.
    static func forTests(socket: String, listen: String? = nil) throws -> ControlServer {
        let configuration = DaemonConfiguration(control: .init(socket: socket, listen: listen), streams: [])
        return try ControlServer(
            of: StandIn(), configuration: configuration, version: "1", limits: ControlLimits(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// A control server that runs in a folder of its own.
struct ServerRig: Sendable {
    let folder: String
    let control: StandIn
    var socket: String { "\(folder)/run/control.sock" }

    func caller() throws -> Caller { try Caller(socket) }

    func ask(_ method: String, _ target: String, body: String? = nil) throws -> Caller.Answer {
        try caller().ask(method, target, body: body)
    }

    static func run(
        _ streams: [StreamStatus] = [], limits: ControlLimits = ControlLimits(),
        configure: (inout DaemonConfiguration, String) throws -> Void = { _, _ in },
        _ body: @escaping @Sendable (ServerRig) throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let rig = ServerRig(folder: folder, control: StandIn(streams))
            var configuration = DaemonConfiguration(
                control: DaemonConfiguration.Control(socket: rig.socket), streams: [])
            try configure(&configuration, folder)
            let server = try ControlServer(
                of: rig.control, configuration: configuration, version: "1.2.3", limits: limits,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let running = Task { try await server.run() }
            let outcome = await Task { try await blocking { try body(rig) } }.result
            running.cancel()
            try await running.value
            try outcome.get()
            #expect(access(rig.socket, F_OK) != 0, "the socket's file is left behind")
        }
    }
}
