internal import Synchronization

/// Where clients go that ask for a stream: to the worker that plays it.
public final class RTSPRoutes: Sendable {
    /// What became of a client.
    package enum Outcome: Hashable, Sendable {
        case taken
        /// There is no such stream.
        case unknown
        /// It does not play, or takes no more for now.
        case away
    }

    /// One for every stream there is; nil where none plays it.
    private let doors = Mutex<[String: DescriptorSender?]>([:])

    package init() {}

    package func add(_ stream: String) {
        doors.withLock { _ = $0.updateValue(nil, forKey: stream) }
    }

    package func remove(_ stream: String) {
        doors.withLock { _ = $0.removeValue(forKey: stream) }
    }

    /// From now on its clients go there, as long as there is such a stream.
    package func lead(_ stream: String, to door: DescriptorSender?) {
        doors.withLock { doors in
            if doors[stream] != nil { _ = doors.updateValue(door, forKey: stream) }
        }
    }

    /// Gives a copy of a connection to the worker of a stream.
    package func hand(_ connection: Int32, to stream: String) -> Outcome {
        guard let door = doors.withLock({ $0[stream] }) else { return .unknown }
        return door?.send(connection) == true ? .taken : .away
    }
}
