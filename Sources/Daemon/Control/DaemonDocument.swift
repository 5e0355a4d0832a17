/// The daemon as JSON shows it. Units: seconds.
public struct DaemonDocument: Codable, Hashable, Sendable {
    public let version: String
    public let process: Int32
    public let uptime: Double
    public let readiness: Readiness
    public let streams: [StreamDocument]
}
