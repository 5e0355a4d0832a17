/// Something that happened to a stream.
public struct StreamEvent: Codable, Hashable, Sendable {
    /// Counts up by one from event to event of the daemon, so that a gap says how many were missed.
    public var id: UInt64
    /// Units: seconds since 1970.
    public var time: Double
    public var stream: String
    /// `started`, `running`, `fault`, `restart`, `ended`, `warning` and the like.
    public var name: String
    /// One line, without passwords.
    public var detail: String

    public init(id: UInt64, time: Double, stream: String, name: String, detail: String) {
        self.id = id
        self.time = time
        self.stream = stream
        self.name = name
        self.detail = detail
    }
}
