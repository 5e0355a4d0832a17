/// What the control side may ask of the supervisor.
public protocol StreamControl: Sendable {
    /// In the order of the configuration, then of their adding.
    func streams() async -> [StreamStatus]
    func stream(named name: String) async throws(ControlError) -> StreamStatus
    /// Starting what runs already is no error, nor is stopping what is stopped.
    func start(_ name: String) async throws(ControlError)
    func stop(_ name: String) async throws(ControlError)
    func add(_ stream: StreamConfiguration) async throws(ControlError)
    func remove(_ name: String) async throws(ControlError)
    /// Sets a property of an element while the stream plays.
    func set(_ name: String, element: String, property: String, value: String) async throws(ControlError)
    /// The playing pipeline in the DOT language.
    func graph(_ name: String) async throws(ControlError) -> String
    /// Reads the configuration again.
    ///
    /// - Returns: The names of the streams that changed.
    func reload() async throws(ControlError) -> [String]
    /// What happens from now on, until the reader goes away.
    ///
    /// It is bounded: a reader who is slow loses the oldest, and sees how many from the gap in the events' numbers.
    func events() -> AsyncStream<StreamEvent>
}
