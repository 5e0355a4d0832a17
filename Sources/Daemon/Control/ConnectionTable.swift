internal import NIOCore
internal import Synchronization

/// The connections of one listener, of which there are at most so many.
final class ConnectionTable: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var answering: [Int: Task<Void, Never>] = [:]
        var begun = 0
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a connection in until it closes; false where there is no room.
    func take(_ channel: any Channel) -> Bool {
        let key = ObjectIdentifier(channel)
        let isTaken = state.withLock { state in
            guard !state.isClosed, state.channels.count < limit else { return false }
            state.channels[key] = channel
            return true
        }
        guard isTaken else { return false }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { $0.channels[key] = nil }
        }
        return true
    }

    /// Answers a connection until that is done, or the connection closes.
    func answer(on channel: any Channel, _ body: @escaping @Sendable () async -> Void) {
        let task = state.withLock { state in
            state.begun += 1
            let number = state.begun
            let task = Task {
                await body()
                self.state.withLock { $0.answering[number] = nil }
            }
            state.answering[number] = task
            return task
        }
        channel.closeFuture.whenComplete { _ in task.cancel() }
    }

    /// Closes all of them, and takes no more; returns when nothing is being answered.
    ///
    /// What still waits for an event loop that is shut down would wait for ever.
    func close() async {
        let channels = state.withLock { state in
            state.isClosed = true
            return Array(state.channels.values)
        }
        for channel in channels {
            channel.close(promise: nil)
            // try? because a connection that closed with an error is closed.
            try? await channel.closeFuture.get()
        }
        for task in state.withLock({ Array($0.answering.values) }) { await task.value }
    }
}
