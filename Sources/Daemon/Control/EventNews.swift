internal import FoundationEssentials

/// What a reader of events hears.
public enum EventNews: Hashable, Sendable {
    case event(StreamEvent)
    /// So many happened that the reader was too slow for, or not there for.
    case missed(UInt64)

    /// Reads the data of a server-sent event.
    ///
    /// Throws: `ControlError`.
    init(data: String, isMissed: Bool) throws(ControlError) {
        do {
            self =
                try isMissed
                ? .missed(JSONDecoder().decode(UInt64.self, from: Data(data.utf8)))
                : .event(JSONDecoder().decode(StreamEvent.self, from: Data(data.utf8)))
        } catch {
            throw ControlError(.unavailable, "the daemon tells of an event that is none")
        }
    }

    /// On one line.
    public var json: [UInt8] {
        switch self {
        case .event(let event): JSONText.encode(event)
        case .missed(let count): JSONText.encode(["missed": count])
        }
    }
}
