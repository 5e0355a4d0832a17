internal import FoundationEssentials
internal import HummingbirdCore
internal import NIOCore

/// Events as a server-sent stream.
struct EventFeed: Sendable {
    private enum Signal {
        case event(StreamEvent)
        case heartbeat
    }

    /// As many as a reader may fall behind before it misses the oldest.
    private static let backlog = 256

    /// What happens from now on.
    let events: AsyncStream<StreamEvent>
    /// Whose events alone are wanted; nil is everybody's.
    let stream: String?
    /// The last one that the reader has seen on an earlier connection.
    let last: UInt64?
    let heartbeat: Duration
    let deadline: ConnectionDeadline

    /// Writes until the events end or the task is cancelled.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        let (signals, sending) = AsyncStream.makeStream(
            of: Signal.self, bufferingPolicy: .bufferingNewest(Self.backlog))
        let forwarding = Task {
            for await event in events { sending.yield(.event(event)) }
            sending.finish()
        }
        let heart = Task { [heartbeat] in
            while (try? await Task.sleep(for: heartbeat)) != nil { sending.yield(.heartbeat) }
        }
        defer {
            forwarding.cancel()
            heart.cancel()
        }
        try await send("retry: 2000\n\n", to: &writer)
        var previous = last
        for await signal in signals {
            switch signal {
            case .heartbeat:
                try await send(":\n\n", to: &writer)
            case .event(let event):
                // A reader may say that it has seen any number.
                if let previous, event.id > previous, event.id - previous > 1 {
                    try await send("event: missed\ndata: \(event.id - previous - 1)\n\n", to: &writer)
                }
                previous = event.id
                if stream == nil || stream == event.stream { try await send(Self.text(of: event), to: &writer) }
            }
        }
    }

    /// The reader has only so long to take it.
    private func send(_ text: String, to writer: inout any ResponseBodyWriter) async throws {
        deadline.start()
        try await writer.write(ByteBuffer(string: text))
        deadline.stop()
    }

    /// All of it is in the data, which as JSON is a single line.
    private static func text(of event: StreamEvent) -> String {
        "id: \(event.id)\ndata: \(String(decoding: JSONText.encode(event), as: UTF8.self))\n\n"
    }
}
