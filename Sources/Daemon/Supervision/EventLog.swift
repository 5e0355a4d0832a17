internal import FoundationEssentials
internal import Synchronization

/// The daemon's events, for whoever follows them.
final class EventLog: Sendable {
    /// Events that a reader may be behind.
    private static let room = 256

    private struct State {
        var count: UInt64 = 0
        var readers: [UInt64: AsyncStream<StreamEvent>.Continuation] = [:]
        var nextReader: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Numbers an event and gives it to every reader.
    func add(_ name: String, of stream: String, _ detail: String) {
        state.withLock { state in
            state.count += 1
            let event = StreamEvent(
                id: state.count, time: Date().timeIntervalSince1970, stream: stream, name: name, detail: detail)
            for reader in state.readers.values { reader.yield(event) }
        }
    }

    /// What comes from now on.
    func follow() -> AsyncStream<StreamEvent> {
        let (events, continuation) = AsyncStream.makeStream(
            of: StreamEvent.self, bufferingPolicy: .bufferingNewest(Self.room))
        let reader = state.withLock { state in
            state.nextReader += 1
            state.readers[state.nextReader] = continuation
            return state.nextReader
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.readers.removeValue(forKey: reader) }
        }
        return events
    }
}
