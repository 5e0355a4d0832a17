import Daemon
import Dispatch
import Synchronization

/// A supervisor that plays nothing and remembers what it was asked.
final class StandIn: StreamControl {
    private struct State {
        var streams: [StreamStatus] = []
        var asked: [String] = []
        var added: [StreamConfiguration] = []
        var readers: [Int: AsyncStream<StreamEvent>.Continuation] = [:]
        var events: UInt64 = 0
    }

    private let state = Mutex(State())
    /// Signalled when a reader of events comes, and when one goes.
    let readerCame = DispatchSemaphore(value: 0)
    let readerWent = DispatchSemaphore(value: 0)

    init(_ streams: [StreamStatus] = []) {
        state.withLock { $0.streams = streams }
    }

    /// Requests that change something, in order.
    var asked: [String] { state.withLock { $0.asked } }
    var added: [StreamConfiguration] { state.withLock { $0.added } }

    /// Tells all readers of events, as many as are missed before it.
    func tell(_ stream: String, _ name: String, _ detail: String = "", skipping: UInt64 = 0) {
        state.withLock { state in
            state.events += 1 + skipping
            let event = StreamEvent(id: state.events, time: 1.5, stream: stream, name: name, detail: detail)
            for reader in state.readers.values { reader.yield(event) }
        }
    }

    func streams() async -> [StreamStatus] { state.withLock { $0.streams } }

    func stream(named name: String) async throws(ControlError) -> StreamStatus {
        guard let stream = state.withLock({ $0.streams.first { $0.name == name } }) else {
            throw ControlError(.notFound, "there is no stream \"\(name)\"")
        }
        return stream
    }

    func start(_ name: String) async throws(ControlError) { try await change(name, "start", to: .running) }

    func stop(_ name: String) async throws(ControlError) { try await change(name, "stop", to: .stopped) }

    func add(_ stream: StreamConfiguration) async throws(ControlError) {
        let isNew = state.withLock { state in
            guard !state.streams.contains(where: { $0.name == stream.name }) else { return false }
            state.streams.append(StreamStatus(name: stream.name, state: .starting))
            state.added.append(stream)
            return true
        }
        guard isNew else { throw ControlError(.conflict, "there is a stream \"\(stream.name)\" already") }
    }

    func remove(_ name: String) async throws(ControlError) {
        try await change(name, "remove", to: .stopped)
        state.withLock { $0.streams.removeAll { $0.name == name } }
    }

    func set(_ name: String, element: String, property: String, value: String) async throws(ControlError) {
        try await change(name, "set \(element).\(property)=\(value)", to: nil)
    }

    func graph(_ name: String) async throws(ControlError) -> String {
        _ = try await stream(named: name)
        return "digraph pipeline {}\n"
    }

    func reload() async throws(ControlError) -> [String] {
        state.withLock { $0.streams.map(\.name) }
    }

    func events() -> AsyncStream<StreamEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: StreamEvent.self)
        let key = state.withLock { state in
            let key = (state.readers.keys.max() ?? 0) + 1
            state.readers[key] = continuation
            return key
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.readers[key] = nil }
            self?.readerWent.signal()
        }
        readerCame.signal()
        return stream
    }

    private func change(_ name: String, _ what: String, to new: StreamState?) async throws(ControlError) {
        _ = try await stream(named: name)
        state.withLock { state in
            state.asked.append("\(what) \(name)")
            guard let index = state.streams.firstIndex(where: { $0.name == name }), let new else { return }
            state.streams[index].state = new
        }
    }
}
