public import Logging
internal import NIOCore
internal import NIOPosix

/// Answers HTTP requests on a Unix socket, and on a loopback address where one is configured.
public struct ControlServer: Sendable {
    private let socket: ControlSocket
    private let listeners: [ControlListener]
    private let responder: ControlResponder
    private let limits: ControlLimits
    private let logger: Logger

    /// Listens at once, so that a daemon that cannot be reached is not started; callers wait until `run`.
    ///
    /// Throws: `ListenError`.
    public init(
        of control: any StreamControl, configuration: DaemonConfiguration, version: String, logger: Logger
    ) throws(ListenError) {
        try self.init(
            of: control, configuration: configuration, version: version, limits: ControlLimits(), logger: logger)
    }

    package init(
        of control: any StreamControl, configuration: DaemonConfiguration, version: String, limits: ControlLimits,
        logger: Logger
    ) throws(ListenError) {
        socket = try ControlSocket(listeningAt: configuration.control.socket)
        let owner = ControlListener(descriptor: socket.descriptor, side: .owner)
        do {
            listeners = try [owner] + Self.loopbackListeners(configuration.control.listen)
        } catch {
            owner.close()
            socket.remove()
            throw error
        }
        responder = ControlResponder(
            control: control, configuration: configuration, version: version, limits: limits)
        self.limits = limits
        self.logger = logger
    }

    private static func loopbackListeners(_ text: String?) throws(ListenError) -> [ControlListener] {
        guard let text else { return [] }
        guard let address = LoopbackAddress(text) else {
            throw ListenError(.badAddress, subject: text, detail: "expected \(LoopbackAddress.expected)")
        }
        return [try ControlListener(listeningOn: address)]
    }

    /// Stops listening, where `run` was never called.
    public func close() {
        for listener in listeners { listener.close() }
        socket.remove()
    }

    /// Answers until the task is cancelled; then every connection is closed and the socket's file taken away.
    ///
    /// To be called once.
    public func run() async throws {
        // All that is said here is little: one thread, however many cores there are.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let result: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup { tasks in
                for listener in listeners {
                    tasks.addTask {
                        try await listener.serve(with: responder, limits: limits, on: group, logger: logger)
                    }
                }
                try await tasks.waitForAll()
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        socket.remove()
        try await group.shutdownGracefully()
        try result.get()
    }
}
