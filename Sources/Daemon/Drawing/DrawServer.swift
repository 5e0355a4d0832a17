public import Logging
internal import NIOCore
internal import NIOPosix

/// Serves a page for drawing a mask on a loopback address. Its address holds a token that nobody can guess.
public struct DrawServer: Sendable {
    private let listener: ControlListener
    private let responder: DrawResponder
    private let limits: ControlLimits
    private let logger: Logger

    /// Where the page is.
    public let address: String

    /// Listens at once; callers wait until `run`.
    ///
    /// - Parameter saved: called once an answer that says that a mask is saved was written.
    ///
    /// Throws: `ListenError`.
    public init(
        of board: any DrawingBoard, on address: LoopbackAddress, logger: Logger,
        saved: (@Sendable () -> Void)? = nil
    ) throws(ListenError) {
        listener = try ControlListener(listeningOn: address)
        var limits = ControlLimits()
        // A picture of brush strokes, uncompressed in the worst case.
        limits.body = 16 << 20
        limits.connections = 16
        self.limits = limits
        self.logger = logger
        let token = Self.makeToken()
        let port = listener.port ?? address.port
        responder = DrawResponder(board: board, token: token, port: port, limits: limits, saved: saved)
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        self.address = "http://\(host):\(port)/\(token)/"
    }

    /// Answers until the task is cancelled; then every connection is closed.
    ///
    /// To be called once.
    public func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let result: Result<Void, any Error>
        do {
            try await listener.serve(with: responder, limits: limits, on: group, logger: logger)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        try await group.shutdownGracefully()
        try result.get()
    }

    /// 128 bits that nobody can guess, in letters and digits.
    private static func makeToken() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
