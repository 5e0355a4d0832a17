/// How much callers may ask of the control server.
package struct ControlLimits: Sendable {
    /// Units: bytes.
    package var body = 64 << 10
    /// Of all header fields of a request. Units: bytes.
    package var headers = 16 << 10
    /// At a time, on each address; further ones are closed at once.
    package var connections = 64
    /// At a time, on all addresses.
    package var eventStreams = 16
    /// How long a caller may take for a whole request, or to take in a part of the answer.
    package var patience = Duration.seconds(30)
    /// How often an event stream shows that it is alive.
    package var heartbeat = Duration.seconds(15)

    package init() {}
}
